internal import Glibc

/// Where a ring's positions and bytes are in this process's memory.
@safe
final class RingMemory {
  /// How far the reader has read; ours to write.
  let consumer: UnsafeMutableRawPointer
  /// How far the kernel has written.
  let producer: UnsafeRawPointer
  /// The bytes, mapped twice in a row, so that a record that wraps around lies in one piece.
  let data: UnsafeRawPointer
  /// The number of bytes, a power of two.
  let byteCount: Int
  private let release: () -> Void

  /// Memory that `release` gives back.
  init(
    consumer: UnsafeMutableRawPointer, producer: UnsafeRawPointer, data: UnsafeRawPointer,
    byteCount: Int, release: @escaping () -> Void
  ) {
    unsafe self.consumer = consumer
    unsafe self.producer = producer
    unsafe self.data = data
    self.byteCount = byteCount
    self.release = release
  }

  deinit {
    release()
  }

  /// Maps the ring of `map`.
  convenience init(_ map: BPFMap) throws(BPFError) {
    let page = sysconf(Int32(_SC_PAGESIZE))
    let byteCount = map.maximumEntries
    let descriptor = map.descriptor
    // New mappings at addresses of the kernel's choice.
    let consumer = unsafe mmap(nil, page, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0)
    guard let consumer = unsafe consumer, unsafe consumer != MAP_FAILED else {
      throw .last("map the ring \(map.name)")
    }
    let length = page + 2 * byteCount
    let rest = unsafe mmap(nil, length, PROT_READ, MAP_SHARED, descriptor, page)
    guard let rest = unsafe rest, unsafe rest != MAP_FAILED else {
      let error = BPFError.last("map the ring \(map.name)")
      unsafe munmap(consumer, page)
      throw error
    }
    unsafe self.init(
      consumer: consumer, producer: UnsafeRawPointer(rest), data: UnsafeRawPointer(rest + page),
      byteCount: byteCount
    ) {
      unsafe munmap(consumer, page)
      unsafe munmap(rest, length)
    }
  }
}
