import Glibc
import TestSupport
import Testing

@testable import EBPF

@Suite(.enabled(if: Kernel.loads, Kernel.comment), .serialized)
struct BPFObjectTests {
  @Test("an object tells its programs")
  func tellsParts() throws {
    let object = try BPFObject(opening: .self_test)
    #expect(
      object.programs == ["send_records", "on_sys_enter", "on_sys_enter_refused", "on_task"])
  }

  @Test("knobs are set before the load")
  func setsKnobs() throws {
    var object = try BPFObject(opening: .self_test)
    try object.keep(["send_records"])
    try object.set("knob", to: UInt64(77))
    #expect(throws: BPFError.self) { try object.set("knob", to: UInt32(1)) }
    #expect(throws: BPFError.self) { try object.set("absent", to: UInt64(1)) }
    try object.load()
    let ring = try RingReader(object.map("bulk_ring"))
    try object.send(3)
    var knobs: [UInt64] = []
    _ = ring.drain(limit: 10) {
      knobs.append($0.load(UInt64.self, at: 56) ?? 0)
      return true
    }
    #expect(knobs == [77, 77, 77])
  }

  @Test("a refused program is told by name with the verifier's words")
  func tellsRefusal() throws {
    var object = try BPFObject(opening: .self_test)
    try object.keep(["on_sys_enter_refused"])
    do {
      try object.load()
      Issue.record("the kernel took the program")
    } catch {
      #expect(error.log.contains("'on_sys_enter_refused'"))
      #expect(error.isPermission)
      #expect("\(error)".contains("mem access"), "\(error)")
    }
  }

  @Test("two objects share a map")
  func sharesMaps() throws {
    var first = try BPFObject(opening: .self_test)
    try first.keep(["send_records"])
    try first.load()
    let bulk = try first.map("bulk_ring")
    var second = try BPFObject(opening: .self_test)
    try second.keep(["send_records"])
    try second.share(bulk, as: "bulk_ring")
    try second.load()
    let ring = try RingReader(bulk)
    try first.send(1)
    try second.send(2)
    #expect(ring.drain(limit: 10) { _ in true } == 3)
  }

  @Test("a map's size is set before the load")
  func setsSizes() throws {
    var object = try BPFObject(opening: .self_test)
    try object.keep(["send_records"])
    try object.setMaximumEntries("numbers", 5)
    try object.setMaximumEntries("bulk_ring", 65536)
    try object.load()
    #expect(try object.map("numbers").maximumEntries == 5)
    #expect(try RingReader(object.map("bulk_ring")).byteCount == 65536)
  }

  @Test("an iterator tells every thread of this process")
  func iterates() throws {
    var object = try BPFObject(opening: .self_test)
    try object.keep(["on_task"])
    try object.load()
    let iterator = try object.iterator("on_task")
    var threads: Set<UInt32> = []
    let count = try iterator.forEach { record in
      if record.load(UInt32.self, at: 16) == UInt32(getpid()) {
        threads.insert(record.load(UInt32.self, at: 20) ?? 0)
      }
    }
    #expect(count > threads.count)
    #expect(threads.contains(UInt32(getpid())))
    // A second walk begins anew.
    #expect(try iterator.forEach { _ in } > 0)
  }

  @Test("an attached program sees what happens, and nothing when it is let go")
  func attaches() throws {
    var object = try BPFObject(opening: .self_test)
    try object.keep(["on_sys_enter"])
    let (ours, others) = (MarkedCall(), MarkedCall())
    try object.set("watched_call", to: MarkedCall.number)
    try object.set("watched_mark", to: ours.mark)
    try object.load()
    let ring = try RingReader(object.map("bulk_ring"))
    do {
      let link = try object.attach("on_sys_enter")
      ours(5)
      others(5)
      _ = link.descriptor
    }
    ours(5)
    #expect(ring.drain(limit: 100) { _ in true } == 5)
  }
}
