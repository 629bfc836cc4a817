import Components
import Diagnostics
import Queues
import Telemetry
import TestSupport
import Testing

@testable import Pipelines

@Suite struct PipelineMetricsTests {
  private let registry = MetricsRegistry()
  private let shard: Shard
  private let shards: Shards

  init() throws {
    shards = try Shards(count: 1)
    shard = shards.all[0]
  }

  private func value(_ name: String, reason: String? = nil) -> Int {
    registry.samples()
      .filter { sample in
        sample.key.name == "swiftlet_pipeline_\(name)_items"
          && (reason == nil || sample.key.labels.contains(.init("reason", reason ?? "")))
      }
      .reduce(0) { $0 + $1.value }
  }

  /// Whether every item that came in is accounted for, once.
  private var isBalanced: Bool {
    value("received") == value("delivered") + value("dropped") + value("held")
  }

  private func entry(_ acknowledge: Acknowledgement, _ next: ScriptedConsumer) -> PipelineEntry {
    PipelineEntry(
      acknowledge: acknowledge, next: next, log: .discarding,
      metrics: PipelineMetrics(registry, PipelineID(signal: .traces)), on: shard)
  }

  @Test(
    "received is delivered, dropped by reason and held together",
    arguments: Acknowledgement.allCases)
  func identity(acknowledge: Acknowledgement) throws {
    let next = ScriptedConsumer([
      .settle(.success(())), .settle(.failure(.permanent("no"))), .hold,
      .settle(.failure(.retryable("later", after: nil))), .refuse(.queueFull), .hold,
    ])
    let entry = entry(acknowledge, next)
    for count in 1...6 {
      try? entry.consume(BatchBuilder.batch(.traces, count))
      #expect(isBalanced)
    }
    #expect(value("received") == 16)
    #expect(value("delivered") == 1)
    #expect(value("dropped", reason: "permanent") == 2)
    #expect(value("dropped", reason: "retryable") == 4)
    #expect(value("held") == 9)
    #expect(value("refused", reason: "queue_full") == 5)
    next.settleHeld(.success(()))
    #expect(isBalanced)
    #expect(value("held") == 0)
    #expect(value("delivered") == 10)
    entry.stop()
    #expect(throws: DeliveryError.stopping) { try entry.consume(BatchBuilder.batch(.traces, 3)) }
    #expect(value("refused", reason: "stopping") == 3)
    #expect(isBalanced)
  }

  @Test("what is dropped of a merged or divided batch counts for the batches it was made of")
  func leavingOut() throws {
    let next = ScriptedConsumer([.hold, .hold])
    let entry = entry(.accepted, next)
    for count in [3, 4] { try entry.consume(BatchBuilder.batch(.traces, count)) }
    let merged = Delivery.merging(next.held.map(\.delivery))
    let parts = merged.split(into: 2)
    #expect(parts[0].leaveOut(2) == 2 && parts[1].leaveOut(3) == 3)
    #expect(value("dropped", reason: "filtered") == 5 && value("held") == 2)
    #expect(parts[0].leaveOut(-1) == -1 && parts[0].leaveOut(9) == 3)
    #expect(parts[0].leaveOut(-2) == -2)
    #expect(isBalanced)
    for part in parts { part.succeed() }
    #expect(value("delivered") == 2 && value("dropped") == 5 && value("held") == 0)
    #expect(isBalanced)
  }

  @Test("batches that are let go count as abandoned", arguments: Acknowledgement.allCases)
  func abandoned(acknowledge: Acknowledgement) throws {
    final class Careless: Consumer {
      var refusal: DeliveryError? { nil }
      func consume(_ batch: TelemetryBatch) throws(DeliveryError) {}
    }
    let entry = PipelineEntry(
      acknowledge: acknowledge, next: Careless(), log: .discarding,
      metrics: PipelineMetrics(registry, PipelineID(signal: .traces)), on: shard)
    try entry.consume(BatchBuilder.batch(.traces, 3))
    #expect(value("dropped", reason: "abandoned") == 3)
    #expect(isBalanced)
  }
}
