internal import Dispatch
internal import EBPF
internal import Queues

// Unchecked: everything is touched on the one queue only; sources are thread-safe, their types do not say so.
/// Calls a session's rounds: by a timer, and earlier where a ring fills quickly.
final class ProbeRounds: @unchecked Sendable {
  private let session: ProbeSession
  private let timer: any DispatchSourceTimer
  private let wake: any DispatchSourceRead
  private var isStopped = false

  /// Rounds that begin at once, on `queue`, where the caller is.
  init(_ session: ProbeSession, on queue: DispatchQueue) {
    self.session = session
    timer = DispatchSource.makeTimerSource(queue: queue)
    wake = DispatchSource.makeReadSource(
      fileDescriptor: session.signal.descriptor, queue: queue)
    timer.setEventHandler { [weak self] in self?.run() }
    wake.setEventHandler { [weak self] in
      self?.session.signal.clear()
      self?.run()
    }
    // The descriptor must outlive the source.
    wake.setCancelHandler { [session] in withExtendedLifetime(session) {} }
    timer.schedule(deadline: .now())
    timer.activate()
    wake.activate()
  }

  /// Ends the rounds; to be called on the queue.
  func stop() {
    isStopped = true
    timer.cancel()
    wake.cancel()
  }

  /// A round now, besides those that come by themselves; to be called on the queue.
  func run() {
    guard !isStopped else { return }
    let wait = session.turn(at: .now)
    timer.schedule(deadline: .now() + .nanoseconds(Int(wait.nanoseconds)))
  }
}
