import Queues
import Testing

@testable import Sockets

@Suite struct ConnectionSpreadTests {
  @Test("prefers the shard that asks, and another only where it has fewer connections")
  func prefersOwn() throws {
    let shards = try Shards(count: 3)
    defer { shards.close() }
    let spread = ConnectionSpread(shards.all)
    let asking = shards.all[1]
    let places = (0..<7).map { _ in spread.take(preferring: asking) }
    #expect(places.map(\.shard.index) == [1, 0, 2, 1, 0, 2, 1])
    #expect(spread.openCounts == [2, 3, 2])
  }

  @Test("gives a place back when the connection lets it go")
  func givesBack() throws {
    let shards = try Shards(count: 2)
    defer { shards.close() }
    let spread = ConnectionSpread(shards.all)
    let first = spread.take(preferring: shards.all[0])
    var second = Optional(spread.take(preferring: shards.all[0]))
    #expect(spread.openCounts == [1, 1])
    second = nil
    #expect(second == nil)
    #expect(spread.openCounts == [1, 0])
    #expect(first.shard === shards.all[0])
  }
}
