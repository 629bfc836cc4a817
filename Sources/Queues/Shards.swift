internal import Synchronization

/// The process's shards.
public final class Shards: Sendable {
  /// All shards, by index.
  public let all: [Shard]
  private let turn = Atomic<Int>(0)

  /// `count` running shards.
  public init(count: Int, clock: any ShardClock = SystemClock.shared) throws(SystemError) {
    precondition(count > 0, "there is at least one shard")
    var made: [Shard] = []
    for index in 0..<count { made.append(try Shard(index: index, clock: clock)) }
    all = made
  }

  /// The next shard in turn, for whatever needs a home.
  public func next() -> Shard {
    all[turn.wrappingAdd(1, ordering: .relaxed).oldValue % all.count]
  }

  /// Stops all shards.
  public func close() {
    for shard in all { shard.close() }
  }
}
