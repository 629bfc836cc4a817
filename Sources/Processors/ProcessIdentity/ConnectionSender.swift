internal import Queues
internal import Synchronization
internal import Telemetry

/// What is known of the process at the other end of one connection; kept with the connection.
final class ConnectionSender: Sendable {
  /// Why a sender's process is not known.
  enum Reason: String, Sendable, CaseIterable {
    /// It is not on this system, or the batch did not come over a connection.
    case remote
    /// The sender had closed its end before it could be looked at.
    case closed
    /// No process that may be looked at holds the other end.
    case notFound = "not_found"
    /// It was not found in time.
    case timeout
    /// Too much is waiting already.
    case full
  }

  /// What to do with a batch.
  enum Answer: Sendable {
    /// The sender is known: what is to be done to its resources.
    case known(RewriteProgram)
    /// The sender is not known.
    case unknown(Reason)
    /// The sender is being looked up.
    case pending
  }

  private struct State {
    var answer = Answer.pending
    /// When the sender is looked up again; nil while that is being done.
    var nextLook: MonotonicTime?
    var failures = 0
    var waiters: [@Sendable () -> Void] = []
  }

  private static let firstRetry = Duration.seconds(1)
  private static let longestRetry = Duration.seconds(60)

  /// How the process can be found.
  let sender: Sender
  /// When the connection was accepted, in nanoseconds since boot.
  let acceptTime: UInt64
  private let state: Mutex<State>

  /// A connection whose sender has not been looked up.
  init(_ connection: any SenderConnection) {
    sender = connection.sender
    acceptTime = connection.acceptTime
    var first = State()
    first.nextLook = MonotonicTime(nanoseconds: .min)
    if sender == .remote { first.answer = .unknown(.remote) }
    state = Mutex(first)
  }

  /// What is known, and whether the caller is to have the sender looked up now.
  func answer(at now: MonotonicTime) -> (Answer, isDue: Bool) {
    if sender == .remote { return (.unknown(.remote), false) }
    return state.withLock { state in
      guard let next = state.nextLook, next <= now else { return (state.answer, false) }
      state.nextLook = nil
      return (state.answer, true)
    }
  }

  /// What is known now, without asking for more.
  var known: Answer { state.withLock { $0.answer } }

  /// Calls `body` when the sender has been looked up; at once where it has been.
  func whenKnown(_ body: @escaping @Sendable () -> Void) {
    let isKnown = state.withLock { state in
      guard case .pending = state.answer else { return true }
      state.waiters.append(body)
      return false
    }
    if isKnown { body() }
  }

  /// Takes what a look-up found and lets those go that wait.
  func settle(_ answer: Answer, at now: MonotonicTime, refresh: Duration) {
    let waiters = state.withLock { state in
      state.answer = answer
      if case .known = answer {
        state.failures = 0
        state.nextLook = now + refresh
      } else {
        let delay = ConnectionSender.firstRetry * (1 << min(state.failures, 6))
        state.failures += 1
        state.nextLook = now + min(delay, ConnectionSender.longestRetry)
      }
      return exchange(&state.waiters, with: [])
    }
    for waiter in waiters { waiter() }
  }
}
