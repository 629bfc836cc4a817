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
}

extension TestRig {
  /// The number of the tests' records with this outcome.
  func events(_ outcome: String) -> Int {
    registry.samples().first {
      $0.key.name == "swiftlet_ebpf_events"
        && $0.key.labels.contains { $0.name == "outcome" && $0.value == outcome }
    }?.value ?? -1
  }
}
