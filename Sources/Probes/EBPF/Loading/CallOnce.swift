internal import Synchronization

/// A closure that is called once, however often it is asked for.
final class CallOnce: Sendable {
  private let body: @Sendable () -> Void
  private let state = Atomic<Bool>(false)

  /// A closure that was not called yet.
  init(_ body: @escaping @Sendable () -> Void) {
    self.body = body
  }

  /// Whether it was called.
  var isCalled: Bool { state.load(ordering: .acquiring) }

  /// Calls it, unless it was called.
  func call() {
    if !state.exchange(true, ordering: .acquiringAndReleasing) { body() }
  }
}
