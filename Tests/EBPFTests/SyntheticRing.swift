import Glibc

@testable import EBPF

/// A ring whose producer is the test.
@safe final class SyntheticRing {
  let byteCount: Int
  let reader: RingReader
  private let positions: UnsafeMutablePointer<UInt64>
  private let bytes: UnsafeMutableRawPointer
  private var end: UInt64

  /// A ring whose positions are at `start` already.
  init(byteCount: Int, start: UInt64 = 0) {
    self.byteCount = byteCount
    end = start
    unsafe positions = .allocate(capacity: 2)
    unsafe positions.initialize(repeating: start, count: 2)
    unsafe bytes = .allocate(byteCount: byteCount * 2, alignment: 8)
    unsafe memset(bytes, 0, byteCount * 2)
    let memory = unsafe RingMemory(
      consumer: positions, producer: UnsafeRawPointer(positions + 1),
      data: UnsafeRawPointer(bytes), byteCount: byteCount
    ) { [positions, bytes] in
      unsafe positions.deallocate()
      unsafe bytes.deallocate()
    }
    reader = RingReader(memory)
  }

  var consumed: UInt64 { unsafe positions[0] }

  /// The bytes that are free for records.
  var free: Int { byteCount - Int(end - consumed) }

  /// Puts a record into the ring; false where it has no room.
  func put(_ record: [UInt8], flags: UInt32 = 0) -> Bool {
    let size = (record.count + 8 + 7) & ~7
    guard free >= size else { return false }
    set(UInt32(record.count) | flags, at: end)
    for (index, byte) in record.enumerated() { store(byte, at: end + 8 + UInt64(index)) }
    end += UInt64(size)
    unsafe positions[1] = end
    return true
  }

  /// Changes the head of the record at `position`.
  func set(_ head: UInt32, at position: UInt64) {
    for shift in 0..<4 {
      store(UInt8(truncatingIfNeeded: head >> (UInt32(shift) * 8)), at: position + UInt64(shift))
    }
  }

  /// Stores a byte in both mappings.
  private func store(_ byte: UInt8, at position: UInt64) {
    let offset = Int(position % UInt64(byteCount))
    unsafe bytes.storeBytes(of: byte, toByteOffset: offset, as: UInt8.self)
    unsafe bytes.storeBytes(of: byte, toByteOffset: offset + byteCount, as: UInt8.self)
  }

  /// All records that can be read, at most `limit`.
  func drain(_ limit: Int = 1000) -> [[UInt8]] {
    var records: [[UInt8]] = []
    _ = reader.drain(limit: limit) { record in
      records.append((0..<record.count).map { record[$0] })
      return true
    }
    return records
  }
}
