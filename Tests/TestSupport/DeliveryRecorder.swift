internal import Synchronization
public import Telemetry

/// Makes deliveries and records how each ends.
public final class DeliveryRecorder: Sendable {
  private struct State {
    var made = 0
    var outcomes: [Int: Delivery.Outcome] = [:]
    var order: [Int] = []
    var waiters: [(count: Int, resume: @Sendable () -> Void)] = []
  }

  private let state = Mutex(State())

  /// A recorder without deliveries.
  public init() {}

  /// A new delivery; its number is the count of those made before.
  public func delivery() -> Delivery {
    let number = state.withLock { state in
      state.made += 1
      return state.made - 1
    }
    return Delivery { [self] in record($0, of: number) }
  }

  /// The number of deliveries made.
  public var madeCount: Int { state.withLock { $0.made } }
  /// The number of deliveries that have ended.
  public var settledCount: Int { state.withLock { $0.order.count } }
  /// The numbers of the deliveries in the order in which they ended.
  public var order: [Int] { state.withLock { $0.order } }

  /// How delivery `number` ended: nil while it has not.
  public func outcome(of number: Int) -> Delivery.Outcome? {
    state.withLock { $0.outcomes[number] }
  }

  /// How many deliveries ended well.
  public var deliveredCount: Int {
    state.withLock { $0.outcomes.values.count { if case .success = $0 { true } else { false } } }
  }

  /// The errors of the deliveries that failed, by number.
  public var errors: [Int: DeliveryError] {
    state.withLock { state in
      state.outcomes.compactMapValues {
        if case .failure(let error) = $0 { error } else { nil }
      }
    }
  }

  /// Waits until at least `count` deliveries have ended.
  public func settled(atLeast count: Int) async {
    await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
      let isThere = state.withLock { state in
        if state.order.count >= count { return true }
        state.waiters.append((count, { continuation.resume() }))
        return false
      }
      if isThere { continuation.resume() }
    }
  }

  private func record(_ outcome: Delivery.Outcome, of number: Int) {
    let ready = state.withLock { state in
      state.outcomes[number] = outcome
      state.order.append(number)
      let count = state.order.count
      let ready = state.waiters.filter { $0.count <= count }
      state.waiters.removeAll { $0.count <= count }
      return ready
    }
    for waiter in ready { waiter.resume() }
  }
}
