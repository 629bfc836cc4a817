internal import Dispatch
internal import Queues
internal import Synchronization
internal import Telemetry

/// What the processors of one section share: they detect once, and use the same program.
///
/// Any thread may call.
final class SharedDetection: Sendable {
  private struct State {
    var deadline: DispatchTime?
    var failures: [String]?
    var program = RewriteProgram([])
  }

  private let state = Mutex(State())
  private let running = DispatchGroup()

  /// What gives resources the attributes known so far.
  var program: RewriteProgram { state.withLock { $0.program } }

  /// Whether the caller is the first to start, and so has to detect and call `finish`.
  func begin(timeout: Duration) -> Bool {
    state.withLock { state in
      guard state.deadline == nil else { return false }
      state.deadline = .now() + .nanoseconds(Int(clamping: timeout.nanoseconds))
      running.enter()
      return true
    }
  }

  /// Ends the first detection, in which detectors failed for these reasons.
  func finish(_ failures: [String]) {
    state.withLock { $0.failures = failures }
    running.leave()
  }

  /// Waits for the end of the first detection; nil where the timeout is over before.
  func wait() -> [String]? {
    guard let deadline = state.withLock({ $0.deadline }) else { return nil }
    _ = running.wait(timeout: deadline)
    return state.withLock { $0.failures }
  }

  /// Makes the program known.
  func publish(_ program: RewriteProgram) {
    state.withLock { $0.program = program }
  }
}
