internal import Components
internal import ExporterSupport
internal import Queues

extension DeliveryChain {
  /// A chain with one sender on each shard, made by `makeSender`; unless it `spreads`, with one on its home alone.
  convenience init(
    _ config: DeliveryConfig, _ settings: ComponentSettings, spreads: Bool = true,
    makeSender: (Shard) -> sending any BatchSender
  ) {
    let home = settings.shards.next()
    guard spreads, settings.shards.all.count > 1 else {
      self.init(config, settings, on: home, sender: makeSender(home))
      return
    }
    let senders = settings.shards.all.map {
      ShardBound<any BatchSender>(makeSender($0), to: $0)
    }
    self.init(config, settings, on: home, sender: SpreadSender(home: home, over: senders))
  }
}
