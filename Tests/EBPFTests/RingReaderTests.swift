import Glibc
import Testing

@testable import EBPF

@Suite struct RingReaderTests {
  private static let busy: UInt32 = 1 << 31
  private static let discarded: UInt32 = 1 << 30

  @Test("records come in order, each once")
  func order() {
    let ring = SyntheticRing(byteCount: 4096)
    for index in 0..<10 { #expect(ring.put([UInt8](repeating: UInt8(index), count: index))) }
    #expect(ring.drain().map(\.count) == Array(0..<10))
    #expect(ring.drain() == [])
    #expect(ring.free == 4096)
  }

  @Test(
    "records that wrap around come in one piece",
    arguments: [0, 8, 4000, 4088, 1 << 60] as [UInt64])
  func wraps(start: UInt64) {
    let ring = SyntheticRing(byteCount: 4096, start: start)
    var next = 0
    for round in 0..<200 {
      var put: [[UInt8]] = []
      for size in [13, 100, 777, 40 + round] {
        let record = (0..<size).map { UInt8(truncatingIfNeeded: $0 &+ next) }
        next += 1
        #expect(ring.put(record))
        put.append(record)
      }
      #expect(ring.drain() == put)
    }
  }

  @Test("a record that its program has not finished holds up those behind it")
  func busy() {
    let ring = SyntheticRing(byteCount: 4096)
    #expect(ring.put([1]))
    #expect(ring.put([2], flags: RingReaderTests.busy))
    #expect(ring.put([3]))
    #expect(ring.drain() == [[1]])
    #expect(ring.drain() == [])
    ring.set(1, at: 16)
    #expect(ring.drain() == [[2], [3]])
  }

  @Test("a record that its program took back is left out")
  func discarded() {
    let ring = SyntheticRing(byteCount: 4096)
    #expect(ring.put([1], flags: RingReaderTests.discarded))
    #expect(ring.put([2]))
    #expect(ring.put([3], flags: RingReaderTests.discarded))
    #expect(ring.drain() == [[2]])
    #expect(ring.free == 4096)
  }

  @Test("room is given back once, behind the last record read")
  func givesBack() {
    let ring = SyntheticRing(byteCount: 4096)
    for index in 0..<5 { #expect(ring.put([UInt8(index)])) }
    var seen: [UInt64] = []
    #expect(
      ring.reader.drain(limit: 3) { _ in
        seen.append(ring.consumed)
        return true
      } == 3)
    #expect(seen == [0, 0, 0])
    #expect(ring.consumed == 48)
    #expect(ring.reader.drain(limit: 9) { $0[0] != 3 } == 1)
    #expect(ring.drain() == [[4]])
  }

  @Test(
    "a length that cannot be empties the ring", arguments: [4096, 4089, 0x3FFF_FFFF] as [UInt32])
  func damaged(length: UInt32) {
    let ring = SyntheticRing(byteCount: 4096)
    #expect(ring.put([1]))
    #expect(ring.put([2]))
    ring.set(length, at: 0)
    #expect(ring.drain() == [])
    #expect(ring.free == 4096)
    #expect(ring.put([3]))
    #expect(ring.drain() == [[3]])
  }

  @Test("a full ring takes no more until it is read")
  func full() {
    let ring = SyntheticRing(byteCount: 4096)
    var count = 0
    while ring.put([UInt8](repeating: 1, count: 56)) { count += 1 }
    #expect(count == 64)
    #expect(ring.reader.unreadByteCount == 4096)
    #expect(ring.drain(10).count == 10)
    for _ in 0..<10 { #expect(ring.put([UInt8](repeating: 1, count: 56))) }
    #expect(!ring.put([1]))
    #expect(ring.drain().count == 64)
  }
}

@Suite(.enabled(if: Kernel.loads, Kernel.comment), .serialized)
struct KernelRingTests {
  private func object(ring byteCount: Int) throws -> BPFObject {
    var object = try BPFObject(opening: .self_test)
    try object.keep(["send_records"])
    try object.setMaximumEntries("bulk_ring", byteCount)
    try object.load()
    return object
  }

  @Test("every record arrives with its number", arguments: [1, 1000, 100_000])
  func arrives(total: Int) throws {
    let object = try object(ring: 1 << 20)
    let ring = try RingReader(object.map("bulk_ring"))
    var next: UInt64 = 0
    var sent = 0
    while sent < total {
      let count = min(5000, total - sent)
      try object.send(count, from: sent)
      sent += count
      _ = ring.drain(limit: .max) { record in
        #expect(record.count == 64)
        #expect(record.load(UInt64.self, at: 48) == next)
        next += 1
        return true
      }
    }
    #expect(next == UInt64(total))
    #expect(try object.outcome(0) == total)
    #expect(try object.outcome(1) == 0)
  }

  @Test("what a reader that does not read loses is counted exactly")
  func losesExactly() throws {
    let object = try object(ring: 1 << 16)
    let ring = try RingReader(object.map("bulk_ring"))
    var read = 0
    for _ in 0..<5 {
      try object.send(10_000)
      read += ring.drain(limit: .max) { _ in true }
    }
    // A record takes 72 bytes, and the kernel keeps one byte free.
    #expect(read == 5 * ((1 << 16) / 72))
    let (produced, lost) = (try object.outcome(0), try object.outcome(1))
    #expect(produced == 50_000)
    #expect(lost == 50_000 - read)
  }

  @Test("the signal tells a ring that is a quarter full, once")
  func signals() throws {
    let object = try object(ring: 1 << 20)
    let ring = try RingReader(object.map("bulk_ring"))
    let signal = try RingSignal([ring])
    try object.send(100)
    #expect(!signal.wait(milliseconds: 100))
    try object.send(4000)
    #expect(signal.wait(milliseconds: 100))
    #expect(!signal.wait(milliseconds: 100))
    signal.pause()
    try object.send(100)
    #expect(!signal.wait(milliseconds: 100))
    signal.resume()
    // What is there when it is added counts as new.
    #expect(signal.wait(milliseconds: 100))
    #expect(ring.drain(limit: .max) { _ in true } == 4200)
  }

  @Test("an alarm ends the wait, also one that is still to come")
  func alarms() throws {
    let alarm = RingAlarm()
    let signal = try RingSignal([], alarm)
    #expect(!signal.wait(milliseconds: 0))
    alarm.ring()
    #expect(signal.wait(milliseconds: 60_000))
    #expect(!signal.wait(milliseconds: 0))
  }
}
