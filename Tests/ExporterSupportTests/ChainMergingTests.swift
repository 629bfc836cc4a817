import Bytes
import Components
import ExporterSupport
import Queues
import Telemetry
import TestSupport
import Testing

@Suite struct ChainMergingTests {
  private static func config(_ batch: QueueBatchConfig, consumers: Int = 10) -> DeliveryConfig {
    DeliveryConfig(queue: SendingQueueConfig(consumerCount: consumers, batch: batch))
  }

  @Test("batches wait for others until min_size, then go as one whose parts all settle")
  func mergesToMinSize() async throws {
    let test = try ChainRig(ChainMergingTests.config(QueueBatchConfig(minSize: 10)))
    for count in [4, 4] { test.offer(count) }
    await test.rig.drain()
    #expect(test.record.batches.isEmpty)
    test.offer(4)
    await test.recorder.settled(atLeast: 3)
    #expect(test.record.batches.map(\.payload.itemCount) == [12])
    let part = BatchBuilder.payload(.traces, 4).joined().array
    let parts = part + part + part
    #expect(test.record.batches[0].payload.joined().array == parts)
    #expect(test.recorder.deliveredCount == 3)
    #expect(test.rig.metric("otelcol_exporter_queue_batch_send_size_count") == 1)
    #expect(test.rig.metric("otelcol_exporter_queue_batch_send_size_sum") == 12)
  }

  @Test("what does not reach min_size goes when flush_timeout is over")
  func flushes() async throws {
    let test = try ChainRig(ChainMergingTests.config(QueueBatchConfig()))
    test.offer(1)
    test.offer(2)
    await test.rig.drain()
    await test.rig.advance(by: .milliseconds(199))
    #expect(test.record.batches.isEmpty)
    await test.rig.advance(by: .milliseconds(1))
    #expect(test.record.batches.map(\.payload.itemCount) == [3])
    test.offer(5)
    await test.rig.drain()
    await test.rig.advance(by: .milliseconds(200))
    #expect(test.record.batches.map(\.payload.itemCount) == [3, 5])
  }

  @Test("signals and differing metadata are not merged; profiles never are")
  func partitions() async throws {
    let test = try ChainRig(
      ChainMergingTests.config(QueueBatchConfig(metadataKeys: ["tenant"])))
    let origin = { (tenant: String) in
      Origin(
        peer: "10.0.0.1:1",
        metadata: [
          .init(name: "tenant", values: [tenant]), .init(name: "other", values: ["x"]),
        ])
    }
    test.offer(1, .traces, origin: origin("a"))
    test.offer(2, .traces, origin: origin("b"))
    test.offer(3, .logs, origin: origin("a"))
    test.offer(4, .traces, origin: origin("a"))
    test.offer(6, .profiles)
    test.offer(7, .profiles)
    await test.rig.drain()
    #expect(test.record.batches.map(\.payload.itemCount) == [6, 7])
    await test.rig.advance(by: .milliseconds(200))
    let rest = test.record.batches.dropFirst(2)
    #expect(rest.map(\.payload.itemCount) == [5, 2, 3])
    #expect(rest.first?.origin.metadata == [.init(name: "tenant", values: ["a"])])
  }

  @Test("one failure fails every part of a merged batch")
  func failsAllParts() async throws {
    let test = try ChainRig(
      ChainMergingTests.config(QueueBatchConfig(minSize: 3)),
      script: [.failed(.permanent("bad"))])
    for _ in 0..<3 { test.offer(1) }
    await test.recorder.settled(atLeast: 3)
    #expect(test.recorder.errors.count == 3)
  }

  @Test("max_size in items is never passed: batches are filled up and divided")
  func dividesByItems() async throws {
    let test = try ChainRig(
      ChainMergingTests.config(QueueBatchConfig(minSize: 10, maxSize: 10)))
    for count in [4, 29, 5] { test.offer(count) }
    await test.rig.drain()
    #expect(test.record.batches.map(\.payload.itemCount) == [10, 10, 10])
    #expect(test.recorder.deliveredCount == 1)
    await test.rig.advance(by: .milliseconds(200))
    #expect(test.record.batches.map(\.payload.itemCount) == [10, 10, 10, 8])
    #expect(test.recorder.deliveredCount == 3)
    #expect(test.rig.metric("otelcol_exporter_queue_size") == 0)
    #expect(test.rig.metric("swiftlet_exporter_held_bytes") == 0)
    #expect(test.rig.metric("otelcol_exporter_sent_spans") == 38)
  }

  @Test("max_size in bytes is never passed")
  func dividesByBytes() async throws {
    let test = try ChainRig(
      ChainMergingTests.config(
        QueueBatchConfig(minSize: 1000, maxSize: 2000, sizer: .bytes)))
    for count in [4, 90, 5] { test.offer(count) }
    await test.rig.drain()
    await test.rig.advance(by: .milliseconds(200))
    #expect(test.record.batches.allSatisfy { $0.payload.byteCount <= 2000 })
    #expect(test.record.batches.reduce(0) { $0 + $1.payload.itemCount } == 99)
    #expect(test.recorder.deliveredCount == 3)
    #expect(test.rig.metric("swiftlet_exporter_held_bytes") == 0)
  }

  @Test("a divided batch fails as a whole when one part fails")
  func failsDividedBatch() async throws {
    let test = try ChainRig(
      ChainMergingTests.config(QueueBatchConfig(minSize: 10, maxSize: 10)),
      script: [.delivered, .failed(.permanent("bad"))])
    test.offer(30)
    await test.recorder.settled(atLeast: 1)
    #expect(test.recorder.errors == [0: .permanent("bad")])
    #expect(test.record.batches.count == 3)
    #expect(test.rig.metric("otelcol_exporter_queue_size") == 0)
  }

  @Test("while all consumers are busy, batches wait in the queue and merge later")
  func mergesBacklog() async throws {
    let test = try ChainRig(
      ChainMergingTests.config(QueueBatchConfig(minSize: 4), consumers: 1),
      delay: { .seconds(1) })
    for _ in 0..<12 { test.offer(1) }
    await test.rig.drain()
    #expect(test.record.batches.count == 1)
    for _ in 0..<3 { await test.rig.advance(by: .seconds(1)) }
    #expect(test.record.batches.map(\.payload.itemCount) == [4, 4, 4])
    #expect(test.recorder.deliveredCount == 12)
  }

  @Test(
    "waits between attempts stay within the randomization factor and below the longest",
    arguments: [(0.0, [2500, 3750, 5625, 8437]), (0.999, [7495, 11242, 16863, 25295])])
  func backoffBounds(random: Double, waits: [Int]) async throws {
    let down = SendOutcome.failed(.retryable("down", after: nil))
    let test = try ChainRig(
      DeliveryConfig(retry: RetryConfig(maxElapsedTime: .zero)),
      script: Array(repeating: down, count: 12), random: { random })
    test.offer()
    await test.rig.drain()
    while test.recorder.settledCount == 0 { await test.rig.advance(by: .milliseconds(500)) }
    let times = test.record.times
    let moments = times.map { Int($0.nanoseconds / 1_000_000) }
    let seen = zip(moments.dropFirst(), moments).map { $0 - $1 }
    for (seen, wait) in zip(seen, waits) { #expect(seen >= wait && seen <= wait + 500) }
    #expect(seen.allSatisfy { $0 <= 45_500 })
  }
}
