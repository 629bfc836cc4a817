import Diagnostics
import ExporterSupport
import Queues
import Telemetry
import TestSupport
import Testing

@Suite struct ChainDividingTests {
  private static let tooLarge = SendOutcome.tooLarge("larger than max")

  private static func counts(_ test: ChainRig) -> [Int] {
    test.record.batches.map(\.payload.itemCount)
  }

  @Test("the halves of a batch that is too large are sent, and settle it once")
  func halves() async throws {
    let test = try ChainRig(script: [Self.tooLarge, .delivered, Self.tooLarge])
    test.offer(8)
    await test.rig.drain()
    #expect(Self.counts(test).reduce(0, +) == 8 + 8 + Self.counts(test)[2])
    #expect(test.recorder.deliveredCount == 1)
    #expect(test.rig.metric("otelcol_exporter_sent_spans") == 8)
    #expect(test.rig.metric("otelcol_exporter_send_failed_spans") == 0)
    #expect(test.rig.metric("otelcol_exporter_queue_size") == 0)
    #expect(test.rig.metric("swiftlet_exporter_held_bytes") == 0)
  }

  @Test("a merged batch that is too large is sent in two groups of its batches")
  func groups() async throws {
    let batch = QueueBatchConfig(minSize: 12)
    let test = try ChainRig(
      DeliveryConfig(queue: SendingQueueConfig(batch: batch)), script: [Self.tooLarge])
    for _ in 0..<4 { test.offer(3) }
    await test.rig.drain()
    #expect(Self.counts(test) == [12, 6, 6])
    #expect(test.recorder.deliveredCount == 4)
  }

  @Test("a single item that is too large is dropped, counted and logged; the others arrive")
  func singleItem() async throws {
    // 2 items: refused; the first alone: refused; the second is delivered.
    let test = try ChainRig(script: [Self.tooLarge, Self.tooLarge])
    test.offer(2)
    await test.rig.drain()
    #expect(Self.counts(test) == [2, 1, 1])
    #expect(test.rig.metric("otelcol_exporter_send_failed_spans") == 1)
    #expect(test.rig.metric("otelcol_exporter_sent_spans") == 1)
    #expect(
      test.recorder.errors == [
        0: .permanent("too large for the destination: larger than max")
      ])
    let dropped = test.rig.sink.entries.filter { $0.message.hasPrefix("dropped") }
    #expect(dropped.compactMap { $0.value("items") } == [.int(1)])
  }

  @Test("a destination that finds everything too large costs a bounded number of requests")
  func boundedRequests() async throws {
    let test = try ChainRig(script: Array(repeating: Self.tooLarge, count: 10_000))
    test.offer(5000)
    await test.rig.drain()
    #expect(test.record.batches.count < 1 << 11)
    #expect(test.rig.metric("otelcol_exporter_send_failed_spans") == 5000)
    #expect(test.recorder.errors.count == 1)
    #expect(test.rig.metric("swiftlet_exporter_held_bytes") == 0)
  }

  @Test("halves that wait for another attempt at the deadline are lost once")
  func stops() async throws {
    let down = SendOutcome.failed(.retryable("down", after: nil))
    let test = try ChainRig(script: [Self.tooLarge] + Array(repeating: down, count: 100))
    test.offer(8)
    let stop = test.stop(within: .seconds(3))
    await test.rig.drain()
    await test.rig.advance(by: .seconds(4))
    #expect(stop.isOver)
    #expect(test.recorder.errors == [0: .stopping])
    #expect(test.rig.metric("otelcol_exporter_send_failed_spans") == 8)
    #expect(test.rig.metric("swiftlet_exporter_held_bytes") == 0)
  }
}
