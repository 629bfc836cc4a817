import Components
import Diagnostics
import Queues
import Synchronization
import Telemetry
import TestSupport
import Testing

@testable import Pipelines

/// A consumer whose congestion a test sets.
private final class CongestedConsumer: Consumer {
  let level = Mutex(Congestion.some)

  var refusal: DeliveryError? { nil }
  var congestion: Congestion { level.withLock { $0 } }

  func consume(_ batch: TelemetryBatch) throws(DeliveryError) { batch.delivery.succeed() }
}

@Suite struct AcknowledgementPacerTests {
  private func entry(_ consumer: any Consumer, _ rig: TestRig) -> PipelineEntry {
    PipelineEntry(
      acknowledge: .accepted, next: consumer, log: .discarding, on: rig.shards.all[0])
  }

  @Test("while a pipeline is congested, senders wait for their answer")
  func waitsForCongestion() async throws {
    let rig = try TestRig()
    let consumer = CongestedConsumer()
    let entry = entry(consumer, rig)
    let recorder = DeliveryRecorder()
    try entry.consume(BatchBuilder.batch(.traces, 1, delivery: recorder.delivery()))
    await rig.drain()
    await rig.advance(by: .milliseconds(100))
    #expect(recorder.settledCount == 0)
    consumer.level.withLock { $0 = .none }
    await rig.advance(by: .milliseconds(2))
    #expect(recorder.deliveredCount == 1)
  }

  @Test("no sender waits longer than 200 ms: what it sent is safe")
  func boundedWait() async throws {
    let rig = try TestRig()
    let entry = entry(CongestedConsumer(), rig)
    let recorder = DeliveryRecorder()
    try entry.consume(BatchBuilder.batch(.traces, 1, delivery: recorder.delivery()))
    await rig.drain()
    await rig.advance(by: .milliseconds(199))
    #expect(recorder.settledCount == 0)
    await rig.advance(by: .milliseconds(3))
    #expect(recorder.deliveredCount == 1)
  }

  @Test("where the room is half taken, senders wait up to 2 s, or until there is more")
  func waitsForRoom() async throws {
    let rig = try TestRig()
    let consumer = CongestedConsumer()
    consumer.level.withLock { $0 = .severe }
    let entry = entry(consumer, rig)
    let recorder = DeliveryRecorder()
    for _ in 0..<2 {
      try entry.consume(BatchBuilder.batch(.traces, 1, delivery: recorder.delivery()))
    }
    await rig.drain()
    await rig.advance(by: .milliseconds(1999))
    #expect(recorder.settledCount == 0)
    await rig.advance(by: .milliseconds(3))
    #expect(recorder.deliveredCount == 2)
    try entry.consume(BatchBuilder.batch(.traces, 1, delivery: recorder.delivery()))
    await rig.drain()
    await rig.advance(by: .milliseconds(300))
    #expect(recorder.deliveredCount == 2)
    consumer.level.withLock { $0 = .some }
    await rig.advance(by: .milliseconds(2))
    #expect(recorder.deliveredCount == 3)
  }

  @Test("a stop answers all who wait")
  func stopReleases() async throws {
    let rig = try TestRig()
    let entry = entry(CongestedConsumer(), rig)
    let recorder = DeliveryRecorder()
    for _ in 0..<3 {
      try entry.consume(BatchBuilder.batch(.traces, 1, delivery: recorder.delivery()))
    }
    await rig.drain()
    entry.stop()
    await rig.drain()
    #expect(recorder.deliveredCount == 3)
  }
}
