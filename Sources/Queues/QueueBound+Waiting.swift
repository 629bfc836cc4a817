internal import Dispatch

extension QueueBound {
  /// Runs `body` with the value on the queue, and waits until it has ended.
  ///
  /// - Precondition: The caller does not run on the queue.
  public func wait<E: Error>(for body: (Value) throws(E) -> Void) throws(E) {
    let outcome = queue.sync { () -> Result<Void, E> in
      do throws(E) {
        return .success(try body(value))
      } catch {
        return .failure(error)
      }
    }
    try outcome.get()
  }
}
