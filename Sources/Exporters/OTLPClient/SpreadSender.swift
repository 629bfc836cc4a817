internal import Components
internal import ExporterSupport
internal import Queues
internal import Synchronization
internal import Telemetry

/// Sends batches in turn through one sender on each of several shards.
///
/// Sending takes a quarter of what a batch costs, so that one shard cannot do it for all of them
/// and receive as much as they do. Confined to the home shard; each batch crosses to its sender's shard and its
/// outcome back. The senders need not be opened.
final class SpreadSender: BatchSender {
  private let home: Shard
  private let senders: [ShardBound<any BatchSender>]
  private var turn = 0

  /// A sender that spreads what it is given at `home` over `senders`, of which there is one at least.
  init(home: Shard, over senders: [ShardBound<any BatchSender>]) {
    precondition(!senders.isEmpty, "there is a sender")
    self.home = home
    self.senders = senders
  }

  var shardCount: Int { senders.count }

  func send(
    _ batch: TelemetryBatch, timeout: Duration, _ done: @escaping (SendOutcome) -> Void
  ) {
    let sender = senders[turn]
    turn = (turn + 1) % senders.count
    guard sender.shard !== home else {
      return sender.value.send(batch, timeout: timeout, done)
    }
    let answer = ShardBound(confined: done, to: home)
    sender.shard.post {
      sender.value.send(batch, timeout: timeout) { outcome in
        answer.shard.post { answer.value(outcome) }
      }
    }
  }

  func drain() {
    for sender in senders { sender.shard.run { sender.value.drain() } }
  }

  func close(_ done: @escaping () -> Void) {
    let closing = Closing(count: senders.count, ShardBound(confined: done, to: home))
    for sender in senders {
      // Behind the batches that are on their way to the shard.
      sender.shard.post { sender.value.close { closing.arrive() } }
    }
  }
}

/// Calls back on the home shard when all senders have closed.
private final class Closing: Sendable {
  private let remaining: Atomic<Int>
  private let done: ShardBound<() -> Void>

  init(count: Int, _ done: ShardBound<() -> Void>) {
    remaining = Atomic(count)
    self.done = done
  }

  func arrive() {
    guard remaining.wrappingSubtract(1, ordering: .acquiringAndReleasing).newValue == 0 else {
      return
    }
    done.shard.post { [done] in done.value() }
  }
}
