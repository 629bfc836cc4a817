import Components
import Diagnostics
import ExporterSupport
import Queues
import Telemetry
import TestSupport
import Testing

@Suite struct DeliveryChainTests {
  private static let down = SendOutcome.failed(.retryable("down", after: nil))
  private static let oneConsumer = DeliveryConfig(
    queue: SendingQueueConfig(consumerCount: 1, queueSize: 3, sizer: .requests))

  @Test(
    "a batch is sent and its delivery succeeds, with and without a queue", arguments: [true, false])
  func sends(hasQueue: Bool) async throws {
    let test = try ChainRig(DeliveryConfig(queue: SendingQueueConfig(isEnabled: hasQueue)))
    test.offer(5)
    await test.recorder.settled(atLeast: 1)
    #expect(test.recorder.deliveredCount == 1)
    #expect(test.record.batches.map(\.payload.itemCount) == [5])
    #expect(test.rig.metric("otelcol_exporter_sent_spans") == 5)
    #expect(test.rig.metric("swiftlet_exporter_held_bytes") == 0)
    await stop(test)
  }

  @Test("batches are sent in the order in which they were offered")
  func keepsOrder() async throws {
    let test = try ChainRig(
      DeliveryConfig(queue: SendingQueueConfig(consumerCount: 1)), delay: { .milliseconds(1) })
    for count in 1...50 { test.offer(count) }
    await test.rig.drain()
    for _ in 1...50 { await test.rig.advance(by: .milliseconds(1)) }
    #expect(test.record.batches.map(\.payload.itemCount) == Array(1...50))
    #expect(test.recorder.order == Array(0..<50))
    await stop(test)
  }

  @Test("it is congested with more than 4 MiB held for each shard that sends", arguments: [1, 2])
  func isCongested(sendingShards: Int) async throws {
    let test = try ChainRig(script: Array(repeating: nil, count: 16), sendingShards: sendingShards)
    let mebibyte = String(repeating: "x", count: 1 << 20)
    var taken = 0
    while test.chain.congestion == .none, taken < 16 {
      test.offer(service: mebibyte)
      taken += 1
    }
    #expect(taken == 4 * sendingShards)
    await stop(test, advancing: true)
  }

  @Test("no more batches are in flight than there are consumers")
  func boundsConsumers() async throws {
    let test = try ChainRig(
      DeliveryConfig(queue: SendingQueueConfig(consumerCount: 3)), delay: { .seconds(1) })
    for _ in 0..<10 { test.offer() }
    await test.rig.drain()
    #expect(test.rig.metric("otelcol_exporter_in_flight_requests") == 3)
    for _ in 0..<4 { await test.rig.advance(by: .seconds(1)) }
    #expect(test.recorder.deliveredCount == 10)
    #expect(test.record.mostInFlight == 3)
    await stop(test)
  }

  @Test("a full queue refuses, what is being sent counted in; room comes back with the answer")
  func refusesWhenFull() async throws {
    let test = try ChainRig(DeliveryChainTests.oneConsumer, delay: { .seconds(1) })
    for _ in 0..<3 { #expect(test.offer() == nil) }
    #expect(test.chain.refusal == .queueFull)
    #expect(test.offer(7) == .queueFull)
    #expect(test.rig.metric("otelcol_exporter_enqueue_failed_spans") == 7)
    #expect(test.rig.metric("otelcol_exporter_queue_size") == 3)
    #expect(test.rig.metric("otelcol_exporter_queue_capacity") == 3)
    await test.rig.drain()
    await test.rig.advance(by: .seconds(1))
    #expect(test.chain.refusal == nil)
    #expect(test.offer() == nil)
    await stop(test, advancing: true)
  }

  @Test("the queue is measured in requests, items or bytes", arguments: QueueSizer.allCases)
  func measures(sizer: QueueSizer) async throws {
    let batchSize = sizer.size(of: BatchBuilder.payload(.traces, 4))
    let test = try ChainRig(
      DeliveryConfig(
        queue: SendingQueueConfig(queueSize: 2 * batchSize, sizer: sizer)),
      script: [nil, nil])
    #expect(test.offer(4) == nil)
    #expect(test.offer(4) == nil)
    #expect(test.offer(4) == .queueFull)
    #expect(test.rig.metric("otelcol_exporter_queue_size") == 2 * batchSize)
    await stop(test, advancing: true)
  }

  @Test("a batch larger than the whole queue is taken when nothing else is there")
  func takesOversizeAlone() async throws {
    let test = try ChainRig(
      DeliveryConfig(queue: SendingQueueConfig(queueSize: 3, sizer: .items)), script: [nil])
    #expect(test.offer(10) == nil)
    #expect(test.offer(1) == .queueFull)
    await stop(test, advancing: true)
  }

  @Test("block_on_overflow takes batches beyond the queue's size")
  func takesOverflow() async throws {
    var config = DeliveryChainTests.oneConsumer
    config.queue.blocksOnOverflow = true
    let test = try ChainRig(config, delay: { .seconds(1) })
    for _ in 0..<20 { #expect(test.offer() == nil) }
    #expect(test.chain.refusal == nil)
    await test.rig.drain()
    for _ in 0..<20 { await test.rig.advance(by: .seconds(1)) }
    #expect(test.recorder.deliveredCount == 20)
    await stop(test)
  }

  @Test("a retryable failure is tried again after growing waits, holding its consumer")
  func retries() async throws {
    let test = try ChainRig(
      DeliveryChainTests.oneConsumer,
      script: [DeliveryChainTests.down, DeliveryChainTests.down, DeliveryChainTests.down])
    test.offer(1)
    test.offer(2)
    await test.rig.drain()
    for _ in 0..<100 { await test.rig.advance(by: .milliseconds(250)) }
    let times = test.record.times.map { ($0 - test.record.times[0]).nanoseconds / 1_000_000 }
    // 5 s, then 7.5 s, then 11.25 s; the second batch goes when the first is done.
    #expect(times == [0, 5000, 12500, 23750, 23750])
    #expect(test.record.batches.map(\.payload.itemCount) == [1, 1, 1, 1, 2])
    #expect(test.recorder.deliveredCount == 2)
    #expect(test.rig.host.statuses == [.recoverableError("down"), .ok])
    await stop(test)
  }

  @Test("the wait that a server asks for is the least")
  func honoursServerDelay() async throws {
    let test = try ChainRig(script: [.failed(.retryable("slow down", after: .seconds(60)))])
    test.offer()
    await test.rig.drain()
    await test.rig.advance(by: .seconds(59))
    #expect(test.record.times.count == 1)
    await test.rig.advance(by: .seconds(1))
    #expect(test.recorder.deliveredCount == 1)
    await stop(test)
  }

  @Test("a batch is given up when max_elapsed_time would pass, and says so")
  func givesUp() async throws {
    let test = try ChainRig(
      DeliveryConfig(retry: RetryConfig(maxElapsedTime: .seconds(12))),
      script: Array(repeating: DeliveryChainTests.down, count: 10))
    test.offer(4)
    await test.rig.drain()
    for _ in 0..<30 { await test.rig.advance(by: .seconds(1)) }
    #expect(test.record.times.count == 2)
    guard case .permanent(let reason) = test.recorder.errors[0] else {
      Issue.record("not permanent: \(String(describing: test.recorder.errors[0]))")
      return
    }
    #expect(reason.contains("max_elapsed_time") && reason.contains("down"))
    #expect(test.rig.metric("otelcol_exporter_send_failed_spans") == 4)
    await stop(test)
  }

  @Test("max_elapsed_time 0 never gives up")
  func neverGivesUp() async throws {
    let test = try ChainRig(
      DeliveryConfig(retry: RetryConfig(maxElapsedTime: .zero)),
      script: Array(repeating: DeliveryChainTests.down, count: 40))
    test.offer()
    await test.rig.drain()
    for _ in 0..<40 { await test.rig.advance(by: .seconds(31)) }
    #expect(test.recorder.deliveredCount == 1)
    await stop(test)
  }

  @Test("a permanent failure drops the batch, counts and logs it")
  func drops() async throws {
    let test = try ChainRig(script: [
      .failed(.permanent("bad data")), .failed(.permanent("bad data")),
    ])
    test.offer(3, .logs)
    test.offer(4, .logs)
    await test.recorder.settled(atLeast: 2)
    #expect(test.recorder.errors == [0: .permanent("bad data"), 1: .permanent("bad data")])
    #expect(test.rig.metric("otelcol_exporter_send_failed_log_records") == 7)
    #expect(test.rig.sink.messages(.error).count == 1)
    #expect(test.rig.sink.entries.first?.value("reason") == .string("bad data"))
    #expect(test.rig.host.statuses == [.permanentError("bad data")])
    await stop(test)
  }

  @Test("without retry the delivery fails with the destination's reason")
  func retryDisabled() async throws {
    let test = try ChainRig(
      DeliveryConfig(retry: RetryConfig(isEnabled: false)), script: [DeliveryChainTests.down])
    test.offer()
    await test.recorder.settled(atLeast: 1)
    #expect(test.recorder.errors[0] == .retryable("down", after: nil))
    await stop(test)
  }

  @Test("a partial success is delivered; what was rejected counts as failed")
  func partialSuccess() async throws {
    let test = try ChainRig(script: [.delivered(rejectedItems: 2, message: "too old")])
    test.offer(5, .metrics)
    await test.recorder.settled(atLeast: 1)
    #expect(test.recorder.deliveredCount == 1)
    #expect(test.rig.metric("otelcol_exporter_sent_metric_points") == 3)
    #expect(test.rig.metric("otelcol_exporter_send_failed_metric_points") == 2)
    #expect(test.rig.sink.entries.first?.value("reason") == .string("too old"))
    await stop(test)
  }

  @Test("an attempt without an answer is called off and tried again; a late answer is not heard")
  func timesOut() async throws {
    let test = try ChainRig(DeliveryConfig(timeout: .seconds(5)), script: [nil])
    test.offer()
    await test.rig.drain()
    await test.rig.advance(by: .seconds(6))
    #expect(test.recorder.settledCount == 0)
    #expect(test.rig.metric("otelcol_exporter_in_flight_requests") == 0)
    await test.rig.advance(by: .seconds(5))
    #expect(test.recorder.deliveredCount == 1)
    await stop(test)
  }

  @Test("the age of the oldest batch is that of the first not settled")
  func tellsAge() async throws {
    let test = try ChainRig(script: [nil])
    let name = "swiftlet_exporter_oldest_batch_age_seconds"
    test.offer()
    await test.rig.drain()
    await test.rig.advance(by: .seconds(2))
    test.offer()
    await test.rig.drain()
    #expect(test.rig.metric(name) == 2)
    await stop(test, advancing: true)
    #expect(test.rig.metric(name) == 0)
  }

  @Test("a batch without items is delivered at once")
  func deliversEmpty() async throws {
    let test = try ChainRig()
    try test.chain.consume(
      TelemetryBatch(
        signal: .traces, payload: .empty, origin: Origin(), delivery: test.recorder.delivery()))
    await test.recorder.settled(atLeast: 1)
    #expect(test.recorder.deliveredCount == 1)
    #expect(test.record.batches.isEmpty)
    await stop(test)
  }

  private func stop(_ test: ChainRig, advancing: Bool = false) async {
    let stop = test.stop(within: .seconds(100))
    await test.rig.drain()
    if advancing {
      await test.rig.advance(by: .seconds(101))
    }
    #expect(stop.isOver)
  }
}
