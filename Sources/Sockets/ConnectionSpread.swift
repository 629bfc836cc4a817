internal import Queues
internal import Synchronization

/// How many of a listener's connections each shard has.
///
/// The kernel spreads connections by a hash of their addresses: of 16 it gives one of two shards 10 or more in every
/// second case. Any thread may call.
final class ConnectionSpread: Sendable {
  private struct Counts {
    var open: [Int]
  }

  private let shards: [Shard]
  private let counts: Mutex<Counts>

  init(_ shards: [Shard]) {
    self.shards = shards
    counts = Mutex(Counts(open: shards.map { _ in 0 }))
  }

  /// A place on the shard with the fewest connections; `own` where no other has fewer.
  func take(preferring own: Shard) -> (shard: Shard, place: Place) {
    let index = counts.withLock { counts in
      var best = shards.firstIndex { $0 === own } ?? 0
      for index in shards.indices where counts.open[index] < counts.open[best] { best = index }
      counts.open[best] += 1
      return best
    }
    return (shards[index], Place(self, index))
  }

  /// The open connections of each shard.
  var openCounts: [Int] { counts.withLock { $0.open } }

  fileprivate func leave(_ index: Int) {
    counts.withLock { $0.open[index] -= 1 }
  }

  /// One connection's place on its shard, given back when it is let go.
  final class Place: Sendable {
    private let spread: ConnectionSpread
    private let index: Int

    fileprivate init(_ spread: ConnectionSpread, _ index: Int) {
      self.spread = spread
      self.index = index
    }

    deinit { spread.leave(index) }
  }
}
