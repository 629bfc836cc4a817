import Components
import Diagnostics
import Glibc
import Telemetry
import TestSupport
import Testing

@testable import Probes

@Suite(.enabled(if: Kernel.loads, Kernel.comment), .serialized)
struct EBPFReceiverTests {
  private static func config() -> EBPFReceiverConfig {
    var config = EBPFReceiverConfig(capabilities: [{ FakeCapability() }])
    config.dropsCapabilities = false
    return config
  }

  @Test("the receiver lives and stops by the rules of all components")
  func lifeCycle() async throws {
    try await checkLifeCycle { rig, next in
      EBPFReceiver(EBPFReceiverConfig(), rig.settings(), [.logs: next])
    }
  }

  @Test("every call is told, also those before the stop")
  func tellsAll() async throws {
    let rig = try TestRig()
    let consumer = CollectingConsumer()
    let receiver = EBPFReceiver(
      EBPFReceiverTests.config(), rig.settings(), [.logs: consumer])
    try receiver.start(rig.host)
    for _ in 0..<1000 { _ = getppid() }
    await stop(receiver)
    let records = consumer.batches.reduce(0) { $0 + $1.payload.itemCount }
    #expect(records == 1000)
    #expect(rig.events("produced") == 1000)
    #expect(rig.events("delivered") == 1000)
    #expect(rig.metric("swiftlet_ebpf_events_held") == 0)
    #expect(rig.metric("swiftlet_ebpf_events_in_ring") == 0)
  }

  @Test("a hundred thousand events a second for ten seconds are all told")
  func tellsMany() async throws {
    let rig = try TestRig()
    let consumer = SwitchedConsumer()
    let receiver = EBPFReceiver(
      EBPFReceiverTests.config(), rig.settings(), [.logs: consumer])
    try receiver.start(rig.host)
    // A thousand each 10 ms: the pauses make the rate, they wait for nothing.
    var due = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &due)
    for _ in 0..<1000 {
      for _ in 0..<1000 { _ = getppid() }
      due.tv_nsec += 10_000_000
      if due.tv_nsec >= 1_000_000_000 {
        (due.tv_sec, due.tv_nsec) = (due.tv_sec + 1, due.tv_nsec - 1_000_000_000)
      }
      // The time is read during the call only.
      unsafe clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, nil)
    }
    await stop(receiver)
    #expect(rig.events("produced") == 1_000_000)
    #expect(rig.events("ring_full") == 0)
    #expect(rig.events("delivered") == 1_000_000)
    #expect(consumer.recordCount == 1_000_000)
  }
}

extension TestRig {
  /// The number of the tests' records with this outcome, 0 where it is not among the metrics.
  func events(_ outcome: String) -> Int { shownEvents(outcome) ?? 0 }

  /// The same, nil where it is not among the metrics.
  func shownEvents(_ outcome: String) -> Int? {
    registry.samples().first {
      $0.key.name == "swiftlet_ebpf_events"
        && $0.key.labels.contains { $0.name == "outcome" && $0.value == outcome }
    }?.value
  }
}
