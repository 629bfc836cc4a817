import Components
import Diagnostics
import Dispatch
import ExporterSupport
import Queues
import Synchronization
import Telemetry
import TestSupport
import Testing

@Suite struct ChainStoppingTests {
  private static let down = SendOutcome.failed(.retryable("down", after: nil))

  @Test("a stop sends what is queued before it is over")
  func drains() async throws {
    let test = try ChainRig(
      DeliveryConfig(queue: SendingQueueConfig(consumerCount: 2)), delay: { .seconds(1) })
    for _ in 0..<10 { test.offer() }
    let stop = test.stop(within: .seconds(30))
    #expect(test.offer() == .stopping)
    await test.rig.drain()
    for second in 0..<5 {
      #expect(stop.isOver == false, "after \(second) s")
      await test.rig.advance(by: .seconds(1))
    }
    #expect(stop.isOver)
    #expect(test.recorder.deliveredCount == 10)
    #expect(!test.record.isOpen)
  }

  @Test("a stop tries at once what waits for its next attempt")
  func cutsWaitsShort() async throws {
    let test = try ChainRig(script: [ChainStoppingTests.down])
    test.offer()
    await test.rig.drain()
    #expect(test.record.times.count == 1)
    let stop = test.stop(within: .seconds(30))
    await test.rig.drain()
    #expect(stop.isOver)
    #expect(test.recorder.deliveredCount == 1)
    #expect(test.record.times[0] == test.record.times[1])
  }

  @Test("during a stop attempts go on while the deadline allows another")
  func retriesUntilDeadline() async throws {
    let test = try ChainRig(
      script: [ChainStoppingTests.down, ChainStoppingTests.down])
    test.offer()
    await test.rig.drain()
    let stop = test.stop(within: .seconds(30))
    await test.rig.drain()
    #expect(!stop.isOver)
    await test.rig.advance(by: .seconds(8))
    #expect(stop.isOver)
    #expect(test.recorder.deliveredCount == 1)
  }

  @Test("what would wait beyond the deadline fails at once as stopping and is logged as lost")
  func givesUpWhenNoTimeIsLeft() async throws {
    let test = try ChainRig(script: Array(repeating: ChainStoppingTests.down, count: 10))
    test.offer(3)
    await test.rig.drain()
    let stop = test.stop(within: .seconds(2))
    await test.rig.drain()
    #expect(!stop.isOver)
    await test.rig.advance(by: .seconds(1))
    #expect(stop.isOver)
    #expect(test.record.times.count == 3)
    #expect(test.recorder.errors == [0: .stopping])
    #expect(test.rig.sink.entries.last?.value("items") == .int(3))
  }

  @Test("at the deadline everything held fails as stopping, is counted and logged as lost")
  func failsTheRest() async throws {
    let test = try ChainRig(
      DeliveryConfig(
        timeout: .zero,
        queue: SendingQueueConfig(consumerCount: 2, batch: QueueBatchConfig(minSize: 4))),
      script: Array(repeating: nil, count: 10))
    for _ in 0..<6 { test.offer(4) }
    test.offer(1, .logs)
    let stop = test.stop(within: .seconds(10))
    await test.rig.drain()
    #expect(!stop.isOver)
    await test.rig.advance(by: .seconds(11))
    #expect(stop.isOver)
    #expect(test.recorder.settledCount == 7)
    #expect(test.recorder.errors.values.allSatisfy { $0 == .stopping })
    #expect(test.rig.metric("otelcol_exporter_send_failed_spans") == 24)
    #expect(test.rig.metric("otelcol_exporter_send_failed_log_records") == 1)
    #expect(test.rig.metric("otelcol_exporter_in_flight_requests") == 0)
    #expect(test.rig.metric("swiftlet_exporter_held_bytes") == 0)
    let lost = test.rig.sink.entries.filter { $0.message.hasPrefix("lost") }
    #expect(lost.compactMap { $0.value("items") } == [.int(1), .int(24)])
  }

  @Test(
    "a sender that does not close holds no stop up for long after the deadline",
    arguments: [true, false])
  func unclosedSender(isStuck: Bool) async throws {
    let test = try ChainRig(script: isStuck ? [nil] : [], closes: false)
    test.offer()
    await test.rig.drain()
    let stop = test.stop(within: .seconds(10))
    await test.rig.drain()
    #expect(!stop.isOver)
    await test.rig.advance(by: .seconds(10))
    await test.rig.advance(by: .seconds(1))
    #expect(stop.callCount == 1)
    #expect(test.recorder.settledCount == 1)
  }

  @Test("every stop is answered once")
  func answersEveryStop() async throws {
    let test = try ChainRig(script: [nil])
    test.offer()
    await test.rig.drain()
    let first = test.stop(within: .seconds(10))
    let second = test.stop(within: .seconds(10))
    await test.rig.drain()
    #expect(!first.isOver && !second.isOver)
    await test.rig.advance(by: .seconds(11))
    let third = test.stop(within: .seconds(10))
    await test.rig.drain()
    #expect([first, second, third].map(\.callCount) == [1, 1, 1])
  }

  @Test("a chain keeps the rules of life")
  func lifeCycle() async throws {
    try await checkLifeCycle(
      makeFailing: { rig, _ in ChainExporter(rig, opens: false) },
      of: { rig, _ in ChainExporter(rig) })
  }

  @Test(
    "every delivery settles once, in bounds, under random outcomes",
    arguments: [UInt64(1), 2, 3, 4, 5, 6, 7, 8])
  func randomOutcomes(seed: UInt64) async throws {
    let random = Mutex(SeededRandom(seed: seed))
    let draw: @Sendable (Int) -> Int = { limit in
      random.withLock { Int.random(in: 0..<limit, using: &$0) }
    }
    let script = (0..<400).map { _ -> SendOutcome? in
      switch draw(6) {
      case 0: .failed(.permanent("bad"))
      case 1: .failed(.retryable("later", after: .seconds(draw(40))))
      case 2: .failed(.retryable("down", after: nil))
      case 3: nil
      default: .delivered
      }
    }
    let batch = seed % 2 == 0 ? QueueBatchConfig(minSize: 6, maxSize: 20) : nil
    let test = try ChainRig(
      DeliveryConfig(
        queue: SendingQueueConfig(
          consumerCount: 1 + draw(4), queueSize: 40, sizer: .items, batch: batch)),
      script: script, delay: { .milliseconds(draw(700)) },
      random: { Double(draw(1000)) / 1000 })
    for _ in 0..<300 {
      for _ in 0..<draw(4) { test.offer(1 + draw(9), draw(2) == 0 ? .traces : .logs) }
      #expect((test.rig.metric("otelcol_exporter_queue_size") ?? 0) <= 40)
      await test.rig.advance(by: .milliseconds(draw(3000)))
    }
    let stop = test.stop(within: .seconds(20))
    await test.rig.drain()
    await test.rig.advance(by: .seconds(21))
    #expect(stop.isOver)
    #expect(test.recorder.settledCount == test.recorder.madeCount)
    #expect(!test.recorder.errors.values.contains(.abandoned))
    #expect(test.rig.metric("otelcol_exporter_queue_size") == 0)
    #expect(test.rig.metric("swiftlet_exporter_held_bytes") == 0)
    #expect(test.rig.metric("otelcol_exporter_in_flight_requests") == 0)
  }
}

/// The smallest exporter over a chain.
private final class ChainExporter: Exporter {
  private let chain: DeliveryChain

  init(_ rig: TestRig, opens: Bool = true) {
    let shard = rig.shards.next()
    chain = DeliveryChain(
      DeliveryConfig(), rig.settings(), on: shard,
      sender: FakeSender(FakeSender.Record(), on: shard, opens: opens))
  }

  var refusal: DeliveryError? { chain.refusal }
  func consume(_ batch: TelemetryBatch) throws(DeliveryError) { try chain.consume(batch) }
  func start(_ host: any Host) throws(ComponentError) { try chain.start(host) }
  func stop(by deadline: DispatchTime, _ done: @escaping @Sendable () -> Void) {
    chain.stop(by: deadline, done)
  }
}
