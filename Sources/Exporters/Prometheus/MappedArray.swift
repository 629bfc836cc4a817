internal import Glibc

/// Values that lie one after the other in pages of their own, which the kernel gets back at once.
///
/// Where a large array grows in the heap, the places where it was before remain with the allocator, which comes to as
/// much again. Not for few values: the least is a page.
@safe
struct MappedArray<Element: BitwiseCopyable>: ~Copyable {
  private var base: UnsafeMutablePointer<Element>
  private var byteCount: Int
  /// The number of values.
  private(set) var count = 0

  private static var leastByteCount: Int { 4096 }

  /// An array without values.
  init() {
    byteCount = MappedArray.leastByteCount
    unsafe base = MappedArray.map(MappedArray.leastByteCount)
  }

  /// An array of so many values of which all bits are 0; pages that are only read take no memory.
  init(zeroCount: Int) {
    byteCount = max(MappedArray.leastByteCount, zeroCount * MemoryLayout<Element>.stride)
    unsafe base = MappedArray.map(byteCount)
    count = zeroCount
  }

  deinit {
    unsafe munmap(base, byteCount)
  }

  var indices: Range<Int> { 0..<count }

  subscript(index: Int) -> Element {
    @inline(__always) unsafeAddress {
      precondition(index >= 0 && index < count, "the index is one of a value")
      // The index is in bounds; an address, so that a field is read without the rest.
      return unsafe UnsafePointer(base + index)
    }
    @inline(__always) unsafeMutableAddress {
      precondition(index >= 0 && index < count, "the index is one of a value")
      // The index is in bounds.
      return unsafe base + index
    }
  }

  /// The values, borrowed.
  var span: Span<Element> {
    @_lifetime(borrow self)
    get {
      // The memory lives as long as the array, which stays as it is while it is borrowed.
      let values = unsafe Span(_unsafeStart: base, count: count)
      return unsafe _overrideLifetime(values, borrowing: self)
    }
  }

  mutating func append(_ value: Element) {
    reserve(count + 1)
    // There is room for it.
    unsafe base[count] = value
    count += 1
  }

  mutating func append(_ values: Span<Element>) {
    reserve(count + values.count)
    for index in values.indices {
      // There is room for all of them.
      unsafe base[count] = values[index]
      count += 1
    }
  }

  private mutating func reserve(_ wanted: Int) {
    let needed = wanted * MemoryLayout<Element>.stride
    guard needed > byteCount else { return }
    let larger = max(needed, 2 * byteCount)
    let moved: UnsafeMutablePointer<Element> = unsafe MappedArray.map(larger)
    // Both are mapped and have room for all values.
    unsafe moved.update(from: base, count: count)
    unsafe munmap(base, byteCount)
    unsafe base = moved
    byteCount = larger
  }

  private static func map(_ byteCount: Int) -> UnsafeMutablePointer<Element> {
    let pages = unsafe mmap(
      nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    // As where the allocator has no memory.
    guard unsafe pages != MAP_FAILED, let pages = unsafe pages else {
      fatalError("no memory for \(byteCount) bytes of series")
    }
    return unsafe pages.bindMemory(
      to: Element.self, capacity: byteCount / MemoryLayout<Element>.stride)
  }
}
