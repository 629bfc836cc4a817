import Testing

@testable import Probes

@Suite struct PeerNamesTests {
  private func note(
    _ names: PeerNames, _ name: String, _ number: UInt32, at now: UInt64 = 0, life: UInt64 = 0
  ) {
    let mark = UInt64(truncatingIfNeeded: name.hashValue)
    names.note(name, mark, for: NetworkAddress(ipv4: number), at: now, life: life)
  }

  @Test("keeps a name as long as its answer holds, ten minutes at least")
  func life() {
    let names = PeerNames(capacity: 4)
    note(names, "a.test", 1)
    note(names, "b.test", 2, life: PeerNames.shortestLife * 3)
    let address = NetworkAddress(ipv4: 1)
    #expect(names.name(of: address, at: PeerNames.shortestLife) == "a.test")
    #expect(names.name(of: address, at: PeerNames.shortestLife + 1) == nil)
    let other = NetworkAddress(ipv4: 2)
    #expect(names.name(of: other, at: PeerNames.shortestLife * 2) == "b.test")
    #expect(names.name(of: NetworkAddress(ipv4: 3), at: 0) == nil)
  }

  @Test("the last name of an address stays")
  func renaming() {
    let names = PeerNames(capacity: 4)
    note(names, "a.test", 1)
    note(names, "b.test", 1)
    #expect(names.name(of: NetworkAddress(ipv4: 1), at: 0) == "b.test")
    #expect(names.count == 1)
  }

  @Test("never keeps more than there is room for, and keeps what is asked for")
  func bound() {
    let names = PeerNames(capacity: 8)
    for number in 0..<UInt32(8) { note(names, "first", number) }
    for number in 8..<UInt32(1000) {
      note(names, "later", number)
      #expect(names.name(of: NetworkAddress(ipv4: 3), at: 0) == "first")
      #expect(names.count == 8)
    }
    #expect(names.evictionCount == 992)
  }

  @Test("names that no longer hold give way without being counted as lost")
  func expiry() {
    let names = PeerNames(capacity: 2)
    note(names, "a", 1)
    note(names, "b", 2)
    note(names, "c", 3, at: PeerNames.shortestLife * 2)
    #expect(names.evictionCount == 0 && names.count == 2)
  }
}
