import Bytes
import Synchronization
import Telemetry
import Testing

@testable import Identity

@Suite struct ConnectionOwnersTests {
  private let ends = TCPEnds(from: ([127, 0, 0, 1], 40_000), to: ([127, 0, 0, 1], 4317))

  private func owner(_ pid: UInt32, opened: UInt64) -> ConnectionOwners.Owner {
    var image = ProcessImage()
    image.command = ByteSlice("shop")
    return .init(
      ProcessKey(pid: pid, startTicks: 7), image, cgroup: Cgroup(path: "/a.service"),
      opened: opened)
  }

  @Test("a connection is found by both its ends, whichever way the addresses are written")
  func finds() {
    let owners = ConnectionOwners()
    let loopback: (high: UInt64, low: UInt64) = (0, 0xffff_7f00_0001)
    let noted = ConnectionOwners.Ends(
      sender: loopback, port: 40_000, receiver: loopback, port: 4317)
    #expect(owners.find(.init(ends), acceptedAt: 9) == nil)
    owners.note(noted, owner(5, opened: 3))
    #expect(owners.find(.init(ends), acceptedAt: 9)?.key.pid == 5)
    let mapped = [UInt8](repeating: 0, count: 10) + [255, 255, 127, 0, 0, 1]
    let wide = TCPEnds(from: (mapped, 40_000), to: (mapped, 4317))
    #expect(owners.find(.init(wide), acceptedAt: 9)?.key.pid == 5)
    let other = TCPEnds(from: ([127, 0, 0, 1], 40_001), to: ([127, 0, 0, 1], 4317))
    #expect(owners.find(.init(other), acceptedAt: 9) == nil)
  }

  @Test("one that was made after the connection was accepted is another, which had the same ports")
  func later() {
    let owners = ConnectionOwners()
    owners.note(.init(ends), owner(5, opened: 10))
    #expect(owners.find(.init(ends), acceptedAt: 9) == nil)
    owners.note(.init(ends), owner(6, opened: 4))
    #expect(owners.find(.init(ends), acceptedAt: 9)?.key.pid == 6)
  }

  @Test("so many connections as there may be take no more room than stated")
  func bounded() {
    let owners = ConnectionOwners()
    var found = 0
    for port in 0..<UInt16(20_000) {
      let one = TCPEnds(from: ([127, 0, 0, 1], port), to: ([127, 0, 0, 1], 4317))
      owners.note(.init(one), owner(1, opened: 1))
    }
    for port in 0..<UInt16(20_000) {
      let one = TCPEnds(from: ([127, 0, 0, 1], port), to: ([127, 0, 0, 1], 4317))
      if owners.find(.init(one), acceptedAt: 1) != nil { found += 1 }
    }
    #expect(found > 0 && found <= ConnectionOwners.capacity)
  }

  @Test("connections that end at the same time do not take each other's place")
  func manyAtOnce() {
    let owners = ConnectionOwners()
    let ends = (0..<UInt16(2048)).map { port in
      ConnectionOwners.Ends(TCPEnds(from: ([127, 0, 0, 1], port), to: ([127, 0, 0, 1], 4317)))
    }
    for one in ends { owners.note(one, owner(1, opened: 1)) }
    // A quarter of the room, at random: one in some thousands has eight later ones in its group.
    #expect(ends.count { owners.find($0, acceptedAt: 1) != nil } > 2000)
  }

  @Test("whoever feeds is asked to read on, until it stops")
  func feeding() {
    let owners = ConnectionOwners()
    let count = Mutex(0)
    #expect(!owners.isFed && !owners.isWanted)
    owners.want()
    owners.feed(by: self.feeder) { count.withLock { $0 += 1 } }
    owners.refresh()
    #expect(owners.isFed && owners.isWanted)
    #expect(count.withLock { $0 } == 1)
    owners.stopFeeding(by: feeder)
    owners.refresh()
    #expect(!owners.isFed)
    #expect(count.withLock { $0 } == 1)
  }

  private final class Feeder {}
  private let feeder = Feeder()

  @Test("a process that is gone keeps its name and service")
  func gone() {
    var settings = ProcessTable.Settings()
    settings.root = "/nonexistent"
    let table = ProcessTable(settings)
    let entry = table.noteGone(owner(5, opened: 1))
    #expect(entry.executableName.array == Array("shop".utf8))
    #expect(entry.isGone)
    #expect(table.resource(of: entry).service != nil)
  }
}
