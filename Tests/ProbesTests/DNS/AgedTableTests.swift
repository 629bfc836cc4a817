import Testing

@testable import Probes

@Suite struct AgedTableTests {
  @Test func `the entry put first goes first`() {
    var table = AgedTable<Int, String>(capacity: 3)
    for number in 1...3 { #expect(table.put(number, "\(number)") == nil) }
    #expect(table.put(4, "4")?.key == 1)
    #expect(table.oldest?.key == 2)
    #expect(table[1] == nil)
    #expect(table[4] == "4")
    #expect(table.count == 3)
  }

  @Test func `an entry that is put again is the newest`() {
    var table = AgedTable<Int, Int>(capacity: 3)
    for number in 1...3 { table.put(number, number) }
    #expect(table.put(1, 10) == nil)
    #expect(table.put(4, 4)?.key == 2)
    #expect(table[1] == 10)
  }

  @Test(arguments: [16, 300])
  func `it behaves like a list of entries`(capacity: Int) {
    var table = AgedTable<Int, Int>(capacity: capacity)
    var model: [(key: Int, value: Int)] = []
    var state: UInt64 = 1
    for step in 0..<20_000 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let key = Int(state >> 54) % (2 * capacity)
      if state >> 33 & 3 == 0 {
        #expect(table.remove(key) == model.first { $0.key == key }?.value)
        model.removeAll { $0.key == key }
      } else {
        let isKnown = model.contains { $0.key == key }
        model.removeAll { $0.key == key }
        let evicted = !isKnown && model.count == capacity ? model.removeFirst() : nil
        model.append((key, step))
        #expect(table.put(key, step)?.key == evicted?.key)
      }
      #expect(table.count == model.count)
      #expect(table.oldest?.key == model.first?.key)
    }
  }
}

extension Int: SpreadKey {
  // Some share a number.
  var spread: UInt64 { UInt64(self / 2) }
}
