internal import CLibbpf
internal import Glibc

/// Memory for reading many entries of a map with one call.
@safe
final class MapBatch {
  private let keyByteCount: Int
  private let entryByteCount: Int
  private let maximumEntries: Int
  private var capacity: Int
  private var keys: UnsafeMutableRawPointer
  private var values: UnsafeMutableRawPointer
  private let position: UnsafeMutableRawPointer

  init(keyByteCount: Int, entryByteCount: Int, maximumEntries: Int) {
    self.keyByteCount = keyByteCount
    self.entryByteCount = entryByteCount
    self.maximumEntries = maximumEntries
    capacity = max(16, min(maximumEntries, 256))
    unsafe keys = .allocate(byteCount: max(8, capacity * keyByteCount), alignment: 8)
    unsafe values = .allocate(byteCount: max(8, capacity * entryByteCount), alignment: 8)
    unsafe position = .allocate(byteCount: max(8, keyByteCount), alignment: 8)
  }

  deinit {
    unsafe keys.deallocate()
    unsafe values.deallocate()
    unsafe position.deallocate()
  }

  /// Reads all entries; false, with nothing told, where the map knows no batches.
  func walk(
    _ descriptor: Int32, _ name: String, _ body: (Span<UInt8>, Span<UInt8>) -> Void
  ) throws(BPFError) -> Bool {
    var isFirst = true
    while true {
      var count = UInt32(capacity)
      let from = isFirst ? nil : unsafe position
      // The buffers have room for `count` entries, the position for a key.
      let status = unsafe bpf_map_lookup_batch(
        descriptor, from, position, keys, values, &count, nil)
      let code = status == 0 ? 0 : errno
      switch code {
      case 0, ENOENT:
        tell(Int(count), body)
        isFirst = false
        if code == ENOENT || count == 0 { return true }
      case ENOSPC where capacity < maximumEntries * 2:
        // A bucket of the hash has more entries than fit.
        grow()
      case EINTR: continue
      case _ where isFirst: return false
      default: throw BPFError("read the map \(name)", code: code)
      }
    }
  }

  private func tell(_ count: Int, _ body: (Span<UInt8>, Span<UInt8>) -> Void) {
    for index in 0..<min(count, capacity) {
      // The kernel filled `count` entries, and nothing changes them during the call.
      let key = unsafe UnsafeRawBufferPointer(
        start: keys + index * keyByteCount, count: keyByteCount)
      let value = unsafe UnsafeRawBufferPointer(
        start: values + index * entryByteCount, count: entryByteCount)
      unsafe body(
        Span(_unsafeElements: key.assumingMemoryBound(to: UInt8.self)),
        Span(_unsafeElements: value.assumingMemoryBound(to: UInt8.self)))
    }
  }

  private func grow() {
    capacity *= 2
    unsafe keys.deallocate()
    unsafe values.deallocate()
    unsafe keys = .allocate(byteCount: max(8, capacity * keyByteCount), alignment: 8)
    unsafe values = .allocate(byteCount: max(8, capacity * entryByteCount), alignment: 8)
  }
}
