internal import Synchronization

/// The promise made for one batch: it settles exactly once.
///
/// A delivery that all holders let go settles as `.abandoned`, so that nobody waits for ever.
/// Settling calls the waiter on the calling thread.
public final class Delivery: Sendable {
  /// How a delivery ends.
  public typealias Outcome = Result<Void, DeliveryError>

  private struct State {
    var waiter: (@Sendable (Outcome) -> Void)?
    var reservation: MemoryReservation?
  }

  private let state: Mutex<State>
  private let countLeftOut: (@Sendable (Int) -> Int)?

  /// A promise whose outcome `waiter` receives, once; `reservation` is kept until then.
  ///
  /// `countLeftOut` does what `leaveOut` says.
  public init(
    holding reservation: MemoryReservation? = nil,
    countLeftOut: (@Sendable (Int) -> Int)? = nil, _ waiter: @escaping @Sendable (Outcome) -> Void
  ) {
    self.countLeftOut = countLeftOut
    state = Mutex(State(waiter: waiter, reservation: reservation))
  }

  deinit {
    settle(.failure(.abandoned))
  }

  /// The memory that stays reserved until the promise settles.
  public var reservation: MemoryReservation? {
    state.withLock { $0.reservation }
  }

  /// A promise that nobody waits for.
  public static var unobserved: Delivery { Delivery { _ in } }

  /// Settles the promise; calls after the first have no effect.
  public func settle(_ outcome: Outcome) {
    state.withLock { exchange(&$0, with: State()) }.waiter?(outcome)
  }

  /// Tells that so many items of the batch were dropped on purpose: the promise is for the rest alone.
  ///
  /// For the processor that drops them, before it hands on the rest; a negative number takes back what
  /// was told, where the rest was refused.
  ///
  /// - Returns: how many of them the promise was for.
  @discardableResult
  public func leaveOut(_ itemCount: Int) -> Int {
    countLeftOut?(itemCount) ?? 0
  }

  /// Settles the promise as delivered.
  public func succeed() {
    settle(.success(()))
  }

  /// Settles the promise with the reason why the batch did not arrive.
  public func fail(_ error: DeliveryError) {
    settle(.failure(error))
  }

  /// Takes the promise back: the waiter is let go and hears nothing.
  ///
  /// For a batch that was refused and so remains with whoever offered it.
  public func withdraw() {
    state.withLock { $0 = State() }
  }

  /// One promise for a batch merged of several: its outcome is that of every part.
  public static func merging(_ parts: [Delivery]) -> Delivery {
    if parts.count == 1 { return parts[0] }
    let leaveOut = { @Sendable (itemCount: Int) in
      // Parts settle alike, so it does not matter of which the items were.
      var left = itemCount
      for part in parts where left != 0 { left -= part.leaveOut(left) }
      return itemCount - left
    }
    return Delivery(countLeftOut: leaveOut) { outcome in
      for part in parts { part.settle(outcome) }
    }
  }

  /// Promises for `count` batches made of this one, which settles when all of them have.
  ///
  /// One failure fails the whole: a permanent one only where no part may be offered again. Each part
  /// keeps the memory reserved for the whole, so that a part that outlives the whole still counts.
  public func split(into count: Int) -> [Delivery] {
    if count == 1 { return [self] }
    let pending = PendingParts(count: count, whole: self)
    let reservation = self.reservation
    return (0..<count).map { _ in
      Delivery(holding: reservation, countLeftOut: { self.leaveOut($0) }) { pending.settleOne($0) }
    }
  }
}

/// The outcomes of a delivery's parts, as far as they are known.
private final class PendingParts: Sendable {
  private struct State {
    var remaining: Int
    var error: DeliveryError?
  }

  private let state: Mutex<State>
  private let whole: Delivery

  init(count: Int, whole: Delivery) {
    state = Mutex(State(remaining: count))
    self.whole = whole
  }

  func settleOne(_ outcome: Delivery.Outcome) {
    let final: Delivery.Outcome? = state.withLock { state in
      if case .failure(let error) = outcome, state.error.map({ !$0.isRetryable }) ?? true {
        state.error = error
      }
      state.remaining -= 1
      guard state.remaining == 0 else { return nil }
      return state.error.map { .failure($0) } ?? .success(())
    }
    if let final { whole.settle(final) }
  }
}
