import Components
import Queues
import Telemetry
import TestSupport
import Testing

@testable import Processors

@Suite struct BatchProcessorTests {
  private func make(
    _ config: BatchConfig, _ rig: TestRig, _ next: any Consumer, signal: Signal = .traces
  ) -> BatchProcessor {
    BatchProcessor(config, rig.settings(), signal, next)
  }

  @Test("keeps the rules of life that all components share")
  func lifeCycle() async throws {
    try await checkLifeCycle { rig, next in
      BatchProcessor(BatchConfig(), rig.settings(), .traces, next)
    }
  }

  @Test("hands on when the number of items is reached")
  func sizeTrigger() async throws {
    let rig = try TestRig()
    let next = ScriptedConsumer()
    let batch = make(BatchConfig(sendBatchSize: 10), rig, next)
    for _ in 0..<3 { try batch.consume(BatchBuilder.batch(.traces, 3)) }
    await rig.drain()
    #expect(next.taken.isEmpty)
    try batch.consume(BatchBuilder.batch(.traces, 3))
    await rig.drain()
    #expect(next.taken.map(\.payload.itemCount) == [12])
    #expect(rig.metric("otelcol_processor_batch_batch_size_trigger_send") == 1)
  }

  @Test("joins edited requests without looking into them, also where a maximum is kept")
  func ropes() async throws {
    let rig = try TestRig()
    let next = ScriptedConsumer()
    let batch = make(BatchConfig(sendBatchSize: 400, sendBatchMaxSize: 400), rig, next)
    let edit = AttributeEdit.set(AttributeKey("a"), .literal(.int(1)), .upsert)
    for _ in 0..<3 {
      var one = BatchBuilder.batch(.traces, 150)
      one.payload = try one.payload.rewritten(
        by: RewriteProgram([RewriteStage(.resource, [edit])]), signal: .traces, origin: Origin()
      ).payload
      try #require(one.payload.pieces.count == 2)
      try batch.consume(one)
    }
    await rig.drain()
    #expect(next.taken.map(\.payload.itemCount) == [400])
    // Two as they came, and what of the third there is room for.
    #expect(next.taken[0].payload.pieces.count == 5)
    #expect(next.taken[0].payload.slices.count == 3)
  }

  @Test("hands on after the timeout, counted from the first item")
  func timeoutTrigger() async throws {
    let rig = try TestRig()
    let next = ScriptedConsumer()
    let batch = make(BatchConfig(timeout: .milliseconds(200)), rig, next)
    try batch.consume(BatchBuilder.batch(.traces, 3))
    await rig.drain()
    await rig.advance(by: .milliseconds(150))
    try batch.consume(BatchBuilder.batch(.traces, 4))
    await rig.drain()
    #expect(next.taken.isEmpty)
    await rig.advance(by: .milliseconds(50))
    #expect(next.taken.map(\.payload.itemCount) == [7])
    #expect(rig.metric("otelcol_processor_batch_timeout_trigger_send") == 1)
  }

  @Test("a timeout of zero hands every batch on at once")
  func zeroTimeout() async throws {
    let rig = try TestRig()
    let next = ScriptedConsumer()
    let batch = make(BatchConfig(timeout: .zero), rig, next)
    try batch.consume(BatchBuilder.batch(.traces, 3))
    await rig.drain()
    #expect(next.taken.map(\.payload.itemCount) == [3])
  }

  @Test("splits at the maximum; the rest waits for its time or more items")
  func maximumSize() async throws {
    let rig = try TestRig()
    let next = ScriptedConsumer()
    let batch = make(BatchConfig(sendBatchSize: 10, sendBatchMaxSize: 10), rig, next)
    let recorder = DeliveryRecorder()
    try batch.consume(BatchBuilder.batch(.traces, 25, delivery: recorder.delivery()))
    await rig.drain()
    #expect(next.taken.map(\.payload.itemCount) == [10, 10])
    #expect(recorder.settledCount == 0)
    await rig.advance(by: .milliseconds(200))
    #expect(next.taken.map(\.payload.itemCount) == [10, 10, 5])
    #expect(recorder.deliveredCount == 1)
  }

  @Test("a promise waits for its own items only, not for what came in after them")
  func settlesEarly() async throws {
    let rig = try TestRig()
    let next = ScriptedConsumer()
    let batch = make(BatchConfig(sendBatchSize: 10, sendBatchMaxSize: 10), rig, next)
    let recorder = DeliveryRecorder()
    for _ in 0..<100 {
      try batch.consume(BatchBuilder.batch(.traces, 3, delivery: recorder.delivery()))
    }
    await rig.drain()
    #expect(next.taken.count == 30)
    #expect(recorder.deliveredCount == 100)
  }

  @Test("a part that fails fails the promises whose items it has, and no others")
  func failsWhatItHas() async throws {
    let rig = try TestRig()
    let next = ScriptedConsumer([.settle(.success(())), .settle(.failure(.permanent("no")))])
    let batch = make(BatchConfig(sendBatchSize: 12, sendBatchMaxSize: 4), rig, next)
    let recorder = DeliveryRecorder()
    for count in [3, 3, 2, 4] {
      try batch.consume(BatchBuilder.batch(.traces, count, delivery: recorder.delivery()))
    }
    await rig.drain()
    #expect(next.taken.map(\.payload.itemCount) == [4, 4, 4])
    #expect(recorder.settledCount == 4)
    #expect(recorder.errors == [1: .permanent("no"), 2: .permanent("no")])
  }

  @Test("joining shares the slices of what came in")
  func sharesSlices() async throws {
    let rig = try TestRig()
    let next = ScriptedConsumer()
    let batch = make(BatchConfig(sendBatchSize: 4), rig, next)
    let parts = [BatchBuilder.batch(.logs, 2), BatchBuilder.batch(.logs, 2)]
    for part in parts { try batch.consume(part) }
    await rig.drain()
    #expect(next.taken.first?.payload.slices == parts.flatMap(\.payload.slices))
  }

  @Test("every promise of a joined batch has the outcome of the whole")
  func settlesEveryPart() async throws {
    let rig = try TestRig()
    let next = ScriptedConsumer([.settle(.failure(.permanent("no")))])
    let batch = make(BatchConfig(sendBatchSize: 4), rig, next)
    let recorder = DeliveryRecorder()
    for _ in 0..<2 {
      try batch.consume(BatchBuilder.batch(.logs, 2, delivery: recorder.delivery()))
    }
    await rig.drain()
    #expect(recorder.errors == [0: .permanent("no"), 1: .permanent("no")])
  }

  @Test("requests with different metadata stay apart, and the batch keeps what they share")
  func metadataKeys() async throws {
    let rig = try TestRig()
    let next = ScriptedConsumer()
    let batch = make(BatchConfig(sendBatchSize: 4, metadataKeys: ["tenant"]), rig, next)
    for tenant in ["a", "b", "a", "b"] {
      let origin = Origin(
        peer: "x",
        metadata: [.init(name: "tenant", values: [tenant]), .init(name: "y", values: [])])
      try batch.consume(BatchBuilder.batch(.logs, 2, origin: origin))
    }
    await rig.drain()
    #expect(next.taken.map { $0.origin.values(of: "tenant") } == [["a"], ["b"]])
    #expect(next.taken.map(\.payload.itemCount) == [4, 4])
  }

  @Test("before there are more combinations of metadata than the limit, the oldest one goes")
  func metadataLimit() async throws {
    let rig = try TestRig()
    let next = ScriptedConsumer()
    let config = BatchConfig(metadataKeys: ["tenant"], metadataCardinalityLimit: 2)
    let batch = make(config, rig, next)
    for tenant in [1, 2, 1, 3] {
      let origin = Origin(metadata: [.init(name: "tenant", values: ["\(tenant)"])])
      try batch.consume(BatchBuilder.batch(.logs, 1, origin: origin))
      await rig.drain()
    }
    #expect(next.taken.map { $0.origin.values(of: "tenant") } == [["1"]])
    #expect(next.taken.map(\.payload.itemCount) == [2])
    #expect(rig.metric("otelcol_processor_batch_metadata_cardinality") == 2)
  }

  @Test("while the next component refuses, what comes in is refused and nothing is lost")
  func pushesBack() async throws {
    let rig = try TestRig()
    let next = ScriptedConsumer([.refuse(.queueFull)])
    let batch = make(BatchConfig(sendBatchSize: 2), rig, next)
    try batch.consume(BatchBuilder.batch(.logs, 2))
    await rig.drain()
    #expect(throws: DeliveryError.queueFull) { try batch.consume(BatchBuilder.batch(.logs, 2)) }
    await rig.advance(by: .milliseconds(20))
    #expect(next.taken.map(\.payload.itemCount) == [2])
    try batch.consume(BatchBuilder.batch(.logs, 2))
  }

  @Test("stopping hands on what waits")
  func stopFlushes() async throws {
    let rig = try TestRig()
    let next = ScriptedConsumer()
    let batch = make(BatchConfig(), rig, next)
    try batch.consume(BatchBuilder.batch(.metrics, 3))
    await stop(batch)
    #expect(next.taken.map(\.payload.itemCount) == [3])
  }

  @Test("profiles pass one by one, as their requests cannot be joined")
  func profilesPass() async throws {
    let rig = try TestRig()
    let next = ScriptedConsumer()
    let batch = make(BatchConfig(), rig, next, signal: .profiles)
    let payload = BatchBuilder.payload(.logs, 1)
    for _ in 0..<2 {
      try batch.consume(
        TelemetryBatch(
          signal: .profiles, payload: payload, origin: Origin(), delivery: .unobserved))
    }
    #expect(next.taken.count == 2)
  }
}
