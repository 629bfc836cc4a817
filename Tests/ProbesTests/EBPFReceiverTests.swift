import Components
import Diagnostics
import Glibc
import Telemetry
import TestSupport
import Testing

@testable import Probes

@Suite(.enabled(if: Kernel.loads, Kernel.comment), .serialized)
struct EBPFReceiverTests {
  private static func config(_ call: MarkedCall) -> EBPFReceiverConfig {
    var config = EBPFReceiverConfig(capabilities: [{ FakeCapability(call) }])
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
    let call = MarkedCall()
    let receiver = EBPFReceiver(
      EBPFReceiverTests.config(call), rig.settings(), [.logs: consumer])
    try receiver.start(rig.host)
    call(1000)
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
    let call = MarkedCall()
    let receiver = EBPFReceiver(
      EBPFReceiverTests.config(call), rig.settings(), [.logs: consumer])
    try receiver.start(rig.host)
    let waitsBefore = ProcessorWaits.total
    let paused = try callSteadily(call) { consumer.recordCount }
    // Only a receiver that does not get a processor may fall behind.
    #expect(paused <= ProcessorWaits.total - waitsBefore)
    await stop(receiver)
    #expect(rig.events("produced") == 1_000_000)
    #expect(rig.events("ring_full") == 0)
    #expect(rig.events("delivered") == 1_000_000)
    #expect(consumer.recordCount == 1_000_000)
  }
}

/// Makes a thousand calls each 10 ms for ten seconds, and none while 40,000 are not told yet; returns for how long.
///
/// The ring holds 58,000, and those who are in time leave 21,000 at most.
private func callSteadily(_ call: MarkedCall, told: () -> Int) throws -> Duration {
  let clock = ContinuousClock()
  var (due, paused) = (clock.now, Duration.zero)
  for round in 1...1000 {
    call(1000)
    let ended = clock.now
    while round * 1000 - told() > 40_000 {
      usleep(1000)
      try #require(clock.now - ended < .seconds(30), "the receiver tells nothing any more")
    }
    if clock.now - ended >= .milliseconds(1) { paused += clock.now - ended }
    // These pauses make the rate, they wait for nothing; what is late is not caught up on.
    due = max(due + .milliseconds(10), clock.now)
    let rest = due - clock.now
    if rest > .zero { usleep(UInt32(rest / .microseconds(1))) }
  }
  return paused
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
