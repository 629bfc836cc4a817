import Components
import Dispatch
import Queues
import Telemetry
import TestSupport
import Testing

@Suite struct BacklogTests {
  @Test("a batch goes straight to a consumer that takes it")
  func handsOn() async throws {
    let rig = try TestRig()
    let consumer = ScriptedConsumer()
    let backlog = Backlog(for: consumer, on: rig.shards.all[0])
    backlog.offer(BatchBuilder.batch(.traces, 3))
    #expect(consumer.taken.count == 1)
    #expect(backlog.refusal == nil)
  }

  @Test("a batch refused for now is kept, refused to others meanwhile, and offered again")
  func keepsAndOffersAgain() async throws {
    let rig = try TestRig()
    let consumer = ScriptedConsumer([.refuse(.queueFull), .refuse(.queueFull)])
    let backlog = Backlog(for: consumer, on: rig.shards.all[0])
    let recorder = DeliveryRecorder()
    backlog.offer(BatchBuilder.batch(.traces, 3, delivery: recorder.delivery()))
    await rig.drain()
    #expect(backlog.refusal == .queueFull)
    await rig.advance(by: .milliseconds(20))
    #expect(consumer.taken.isEmpty)
    await rig.advance(by: .milliseconds(40))
    #expect(consumer.taken.count == 1)
    #expect(recorder.deliveredCount == 1)
    #expect(backlog.refusal == nil)
  }

  @Test("what is kept stays in order")
  func keepsOrder() async throws {
    let rig = try TestRig()
    let consumer = ScriptedConsumer([.refuse(.memoryPressure)])
    let backlog = Backlog(for: consumer, on: rig.shards.all[0])
    for count in 1...5 { backlog.offer(BatchBuilder.batch(.logs, count)) }
    await rig.drain()
    await rig.advance(by: .milliseconds(20))
    #expect(consumer.taken.map(\.payload.itemCount) == [1, 2, 3, 4, 5])
  }

  @Test("a batch refused for good fails and does not hold up others")
  func failsPermanently() async throws {
    let rig = try TestRig()
    let consumer = ScriptedConsumer([.refuse(.permanent("no"))])
    let backlog = Backlog(for: consumer, on: rig.shards.all[0])
    let recorder = DeliveryRecorder()
    backlog.offer(BatchBuilder.batch(.logs, 1, delivery: recorder.delivery()))
    backlog.offer(BatchBuilder.batch(.logs, 2, delivery: recorder.delivery()))
    await rig.drain()
    #expect(recorder.errors == [0: .permanent("no")])
    #expect(consumer.taken.count == 1)
  }

  @Test("stopping offers what is kept at once")
  func stopOffersAgain() async throws {
    let rig = try TestRig()
    let consumer = ScriptedConsumer([.refuse(.queueFull)])
    let backlog = Backlog(for: consumer, on: rig.shards.all[0])
    backlog.offer(BatchBuilder.batch(.logs, 1))
    await rig.drain()
    await withCheckedContinuation { done in
      backlog.stop(by: .now() + .seconds(10)) { done.resume() }
    }
    #expect(consumer.taken.count == 1)
    #expect(backlog.refusal == .stopping)
  }

  @Test("what is still kept at the deadline fails as stopping")
  func givesUpAtDeadline() async throws {
    let rig = try TestRig()
    let refusals = [ScriptedConsumer.Step](repeating: .refuse(.queueFull), count: 1000)
    let backlog = Backlog(for: ScriptedConsumer(refusals), on: rig.shards.all[0])
    let recorder = DeliveryRecorder()
    backlog.offer(BatchBuilder.batch(.logs, 1, delivery: recorder.delivery()))
    await rig.drain()
    async let stopped: Void = withCheckedContinuation { done in
      backlog.stop(by: .now()) { done.resume() }
    }
    await rig.drain()
    await rig.advance(by: .seconds(1))
    await stopped
    #expect(recorder.errors == [0: .stopping])
  }
}
