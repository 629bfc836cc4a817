internal import EBPF
internal import Queues
internal import Synchronization

/// Calls a session's rounds: after a time, and earlier where a ring fills quickly.
///
/// The rounds take the receiver's queue with the thread that it runs on, which sleeps between them: timers and sources
/// of the queue's own would go through three threads for each round, which takes longer than many a round itself.
final class ProbeRounds: Sendable {
  private let alarm = RingAlarm()
  private let isStopped = Atomic<Bool>(false)

  /// The signal that rounds wait for.
  func signal(of rings: [RingReader]) throws(BPFError) -> RingSignal {
    try RingSignal(rings, alarm)
  }

  /// Runs rounds until `stop`; to be called on the receiver's queue, which does nothing else meanwhile.
  func run(_ session: ProbeSession) {
    while !isStopped.load(ordering: .acquiring) {
      let wait = session.turn(at: .now)
      // Rounded up: what is due in a part of a millisecond is not there yet.
      session.signal.wait(milliseconds: Int((wait.nanoseconds + 999_999) / 1_000_000))
    }
  }

  /// Has the rounds end with the present one; may be called from everywhere.
  func stop() {
    isStopped.store(true, ordering: .releasing)
    alarm.ring()
  }
}
