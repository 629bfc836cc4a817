internal import CLibbpf

/// Reads the records that programs put into a ring, in their order, without copying them.
///
/// Confined to one queue.
@safe
public final class RingReader {
  private static let isBusy: UInt32 = 1 << 31
  private static let isDiscarded: UInt32 = 1 << 30
  private static let headByteCount = 8
  /// The most bytes of a record that are asked for before its turn.
  private static let prefetchByteCount = 512

  private let memory: RingMemory
  /// The ring's descriptor, which is readable when a program wakes the reader.
  public let descriptor: Int32
  private let map: BPFMap?
  private var position: UInt64

  /// A reader of the ring that `map` is.
  public convenience init(_ map: BPFMap) throws(BPFError) {
    self.init(try RingMemory(map), map: map)
  }

  init(_ memory: RingMemory, map: BPFMap? = nil) {
    self.memory = memory
    self.map = map
    descriptor = map?.descriptor ?? -1
    // The consumer's position is written here only.
    position = unsafe clibbpf_load_acquire(memory.consumer)
  }

  /// The ring's size in bytes.
  public var byteCount: Int { memory.byteCount }

  /// The bytes of records, whole and begun, that were not read yet.
  public var unreadByteCount: Int {
    Int(clamping: unsafe clibbpf_load_acquire(memory.producer) &- position)
  }

  /// Calls `body` with up to `limit` records; it returns whether it wants more.
  ///
  /// The room of all of them is given back at once at the end. Stops at a record that its program has
  /// not finished.
  ///
  /// - Returns: the number of records given to `body`.
  public func drain(limit: Int, _ body: (Span<UInt8>) -> Bool) -> Int {
    let (count, end) = walk(limit: limit, body)
    if end != position {
      position = end
      unsafe clibbpf_store_release(memory.consumer, end)
    }
    return count
  }

  /// Calls `body` with up to `limit` records that `drain` will give next.
  public func lookAhead(limit: Int, _ body: (Span<UInt8>) -> Void) {
    _ = walk(limit: limit) { record in
      body(record)
      return true
    }
  }

  /// Returns how many records were given to `body`, and the position behind the last.
  @inline(__always)
  private func walk(limit: Int, _ body: (Span<UInt8>) -> Bool) -> (count: Int, end: UInt64) {
    let end = unsafe clibbpf_load_acquire(memory.producer)
    let mask = UInt64(memory.byteCount - 1)
    var at = position
    var count = 0
    while at < end, count < limit {
      let record = unsafe memory.data + Int(at & mask)
      let head = unsafe clibbpf_load_acquire_32(record)
      if head & RingReader.isBusy != 0 { break }
      let length = Int(head & ~(RingReader.isBusy | RingReader.isDiscarded))
      // Never so by the kernel's hand; a ring that cannot be read is emptied rather than trusted.
      guard length <= memory.byteCount - RingReader.headByteCount else {
        at = end
        break
      }
      let stride = (length + RingReader.headByteCount + 7) & ~7
      at += UInt64(stride)
      // The next record is most likely as long; memory is mapped twice, so that it goes on behind the ring's end.
      unsafe clibbpf_prefetch(
        memory.data + Int(at & mask), min(stride, RingReader.prefetchByteCount))
      if head & RingReader.isDiscarded != 0 { continue }
      let bytes = unsafe UnsafeRawBufferPointer(
        start: record + RingReader.headByteCount, count: length)
      count += 1
      // The kernel does not touch the record before its room is given back by `drain`.
      let span = unsafe Span(_unsafeElements: bytes.assumingMemoryBound(to: UInt8.self))
      if !body(span) { break }
    }
    return (count, at)
  }
}
