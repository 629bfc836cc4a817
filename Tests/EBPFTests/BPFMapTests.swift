import Testing

@testable import EBPF

@Suite(.enabled(if: Kernel.loads, Kernel.comment), .serialized)
struct BPFMapTests {
  private func object() throws -> BPFObject {
    var object = try BPFObject(opening: .self_test)
    try object.keep(["send_records"])
    try object.load()
    return object
  }

  @Test("entries are set, read and removed")
  func entries() throws {
    let object = try object()
    let map = try object.map("numbers")
    #expect(map.value(of: UInt32(1), as: UInt64.self) == nil)
    try map.set(UInt32(1), to: UInt64(11))
    #expect(map.value(of: UInt32(1), as: UInt64.self) == 11)
    map.remove(UInt32(1))
    #expect(map.value(of: UInt32(1), as: UInt64.self) == nil)
    #expect(throws: BPFError.self) { try map.set(UInt64(1), to: UInt64(1)) }
    #expect(map.value(of: UInt8(1), as: UInt64.self) == nil)
  }

  @Test("a full map refuses more")
  func full() throws {
    let object = try object()
    let map = try object.map("numbers")
    for index in 0..<map.maximumEntries { try map.set(UInt32(index), to: UInt64(index)) }
    #expect(throws: BPFError.self) { try map.set(UInt32(5000), to: UInt64(1)) }
  }

  @Test("every entry is told once", arguments: [0, 1, 255, 256, 257, 1000])
  func tellsAll(count: Int) throws {
    let object = try object()
    let map = try object.map("numbers")
    for index in 0..<count { try map.set(UInt32(index), to: UInt64(index) * 3) }
    var sum: UInt64 = 0
    var keys: Set<UInt32> = []
    try map.forEach { key, value in
      keys.insert(key.load(UInt32.self) ?? .max)
      sum += value.load(UInt64.self) ?? 0
    }
    #expect(keys.count == count)
    #expect(sum == UInt64(count * (count - 1) / 2 * 3))
  }

  @Test("a per-CPU map has one value for each possible CPU")
  func perCPU() throws {
    let object = try object()
    let map = try object.map("numbers_by_cpu")
    #expect(map.valueStride == 8)
    #expect(map.entryByteCount == map.valuesPerEntry * 8)
    try map.set(UInt32(9), to: UInt32(5))
    var values: [UInt32] = []
    try map.forEach { key, value in
      #expect(key.load(UInt32.self) == 9)
      for cpu in 0..<map.valuesPerEntry {
        values.append(value.load(UInt32.self, at: cpu * map.valueStride) ?? 0)
      }
    }
    #expect(values == [UInt32](repeating: 5, count: map.valuesPerEntry))
  }
}
