import Components
import Dispatch
import ExporterSupport
import Telemetry
import TestSupport
import Testing

@Suite struct ChainThreadsTests {
  @Test("batches offered by many threads while the chain stops settle once each")
  func offersDuringStop() async throws {
    for round in 0..<10 {
      let test = try ChainRig(
        DeliveryConfig(queue: SendingQueueConfig(queueSize: 50, sizer: .requests)))
      let threads = DispatchQueue(label: "offers", attributes: .concurrent)
      let offers = DispatchGroup()
      for _ in 0..<4 {
        threads.async(group: offers) { for _ in 0..<200 { test.offer() } }
      }
      if round % 2 == 0 { await test.recorder.settled(atLeast: 100) }
      let stop = test.stop(within: .seconds(60))
      await withCheckedContinuation { done in
        offers.notify(queue: threads) { done.resume() }
      }
      await test.rig.drain()
      #expect(stop.isOver)
      #expect(test.recorder.madeCount == 800 && test.recorder.settledCount == 800)
      #expect(!test.recorder.errors.values.contains(.abandoned))
      #expect(test.rig.metric("otelcol_exporter_queue_size") == 0)
      #expect(test.rig.metric("swiftlet_exporter_held_bytes") == 0)
    }
  }
}
