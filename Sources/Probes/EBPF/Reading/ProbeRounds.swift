internal import Dispatch
internal import EBPF
internal import Queues
internal import Synchronization

/// Calls a session's rounds: after a time, and earlier where a ring fills quickly.
///
/// The thread that the receiver's queue runs on sleeps between the rounds: timers and sources of the queue's own would go
/// through three threads for each round, which takes longer than many a round itself. Other work of the queue's has its
/// turn behind each round.
final class ProbeRounds: Sendable {
  private let alarm = RingAlarm()
  private let isStopped = Atomic<Bool>(false)
  /// How many want the queue meanwhile.
  private let waiting = Atomic<Int>(0)

  /// The signal that rounds wait for.
  func signal(of rings: [RingReader]) throws(BPFError) -> RingSignal {
    try RingSignal(rings, alarm)
  }

  /// Runs rounds on the receiver's queue until `stop`.
  func run(_ session: ProbeSession, on queue: DispatchQueue) {
    // Unsafe: the session is used on this one queue only, where the caller is.
    nonisolated(unsafe) let session = session
    queue.async { [self] in
      guard !isStopped.load(ordering: .acquiring) else { return }
      let wait = unsafe session.turn(at: .now)
      if waiting.load(ordering: .acquiring) == 0 {
        // Rounded up: what is due in a part of a millisecond is not there yet.
        unsafe session.signal.wait(milliseconds: Int((wait.nanoseconds + 999_999) / 1_000_000))
      }
      unsafe run(session, on: queue)
    }
  }

  /// Has the rounds not wait while `body` wants the receiver's queue; to be called from elsewhere.
  func interrupt(_ body: () -> Void) {
    waiting.add(1, ordering: .releasing)
    alarm.ring()
    body()
    waiting.subtract(1, ordering: .releasing)
  }

  /// Has the rounds end with the present one; may be called from everywhere.
  func stop() {
    isStopped.store(true, ordering: .releasing)
    alarm.ring()
  }
}
