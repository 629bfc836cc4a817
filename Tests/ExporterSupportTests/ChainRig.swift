import Components
import Dispatch
import ExporterSupport
import Queues
import Synchronization
import Telemetry
import TestSupport

/// A chain with a fake sender and all that is needed to watch it.
final class ChainRig: Sendable {
  let rig: TestRig
  let record = FakeSender.Record()
  let recorder = DeliveryRecorder()
  let chain: DeliveryChain

  init(
    _ config: DeliveryConfig = DeliveryConfig(), script: [SendOutcome?] = [],
    sendingShards: Int = 1, closes: Bool = true,
    delay: (@Sendable () -> Duration)? = nil, random: @escaping @Sendable () -> Double = { 0.5 }
  ) throws {
    rig = try TestRig(shards: 2)
    let shard = rig.shards.all[0]
    record.script.withLock { $0 = script }
    chain = DeliveryChain(
      config, rig.settings(), on: shard,
      sender: FakeSender(
        record, on: shard, shardCount: sendingShards, closes: closes, delay: delay),
      random: random)
    try chain.start(rig.host)
  }

  /// Offers a batch; returns the refusal where it was refused.
  @discardableResult
  func offer(
    _ count: Int = 1, _ signal: Signal = .traces, service: String = "shop",
    origin: Origin = Origin()
  ) -> DeliveryError? {
    let batch = BatchBuilder.batch(
      signal, count, service: service, origin: origin, delivery: recorder.delivery())
    do {
      try chain.consume(batch)
      return nil
    } catch {
      batch.delivery.fail(error)
      return error
    }
  }

  /// Begins a stop; `stopped` tells when it is over.
  func stop(within duration: Duration) -> Stop {
    let stop = Stop()
    chain.stop(by: .now() + DispatchTimeInterval.nanoseconds(Int(duration.nanoseconds))) {
      stop.finish()
    }
    return stop
  }
}
