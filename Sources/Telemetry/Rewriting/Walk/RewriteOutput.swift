internal import Bytes

/// What is written of a slice so far: bytes, and between them ranges of the slice that are handed on
/// as they are.
///
/// Lengths count the bytes of such ranges, which are not in the buffer.
struct RewriteOutput: ~Copyable {
  /// A place in the output.
  struct Mark {
    /// How many bytes were written in front of it.
    var offset = 0
    /// How many ranges are in front of it, and their bytes.
    var sharedCount = 0
    var sharedByteCount = 0
  }

  /// A range of the slice that is handed on.
  private struct Shared {
    /// How many of the bytes written are in front of it.
    var offset: Int
    let range: Range<Int>
  }

  /// What is enough for most edits of a resource.
  private static let firstByteCount = 1024

  /// The bytes written, for edits to append to.
  var written = ByteBuffer()
  private var shared: [Shared] = []
  private var sharedByteCount = 0
  private var sliceByteCount = 0
  private let sharing: RewriteSharing

  init(_ sharing: RewriteSharing) {
    self.sharing = sharing
  }

  /// Forgets everything and begins with a slice of so many bytes.
  mutating func begin(sliceByteCount: Int) {
    written.truncate(to: 0)
    shared.removeAll(keepingCapacity: true)
    sharedByteCount = 0
    self.sliceByteCount = sliceByteCount
  }

  /// The place behind all that there is.
  var end: Mark {
    Mark(
      offset: written.count, sharedCount: shared.count, sharedByteCount: sharedByteCount)
  }

  // Inlined: four of these for each item that is edited, and nearly all are short.
  /// Appends a range of the slice, whose bytes are `bytes`.
  @inline(__always)
  mutating func append(_ bytes: Span<UInt8>, _ range: Range<Int>) {
    if range.count >= sharing.leastByteCount { return share(range) }
    written.append(bytes.extracting(range))
  }

  private mutating func share(_ range: Range<Int>) {
    shared.append(Shared(offset: written.count, range: range))
    sharedByteCount += range.count
  }

  /// Makes room before something is appended: little at first, as it may be for a resource alone, then for all
  /// of the slice.
  @inline(__always)
  mutating func makeRoom() {
    if written.capacity < 2 * RewriteOutput.firstByteCount { growRoom() }
  }

  private mutating func growRoom() {
    // A sixteenth more is room for what edits add to common items.
    let whole = sliceByteCount + sliceByteCount / 16 + 256
    if written.capacity == 0 {
      written.reserve(min(RewriteOutput.firstByteCount, whole))
    } else if written.count >= RewriteOutput.firstByteCount / 2 {
      written.reserve(max(0, whole - written.count))
    }
  }

  /// Leaves room for the length of a message that is probably about `expected`.
  mutating func openLength(expecting expected: Int) -> Mark {
    _ = written.openLength(expecting: expected)
    return end
  }

  // Inlined: an item that is edited has one.
  /// Writes the length of what was appended since `mark`.
  @inline(__always)
  mutating func closeLength(_ mark: Mark, expecting expected: Int) {
    let elsewhere = sharedByteCount - mark.sharedByteCount
    let move = written.closeLength(mark.offset, expecting: expected, elsewhere: elsewhere)
    if move != 0, elsewhere > 0 { moveShared(from: mark.sharedCount, by: move) }
  }

  private mutating func moveShared(from first: Int, by move: Int) {
    for index in first..<shared.count { shared[index].offset += move }
  }

  /// Takes back all that was appended since `mark`.
  mutating func truncate(to mark: Mark) {
    written.truncate(to: mark.offset)
    shared.removeSubrange(mark.sharedCount...)
    sharedByteCount = mark.sharedByteCount
  }

  /// The output in pieces, none empty, which share the memory of `slice`; the output is empty then.
  ///
  /// Where too little of the slice is handed on, all is one piece of its own.
  mutating func take(sharing slice: ByteSlice) -> [ByteSlice] {
    let written = self.written.takeSlice()
    if shared.isEmpty { return written.isEmpty ? [] : [written] }
    var pieces: [ByteSlice] = []
    pieces.reserveCapacity(2 * shared.count + 1)
    var start = 0
    for part in shared {
      if part.offset > start { pieces.append(written[start..<part.offset]) }
      pieces.append(slice[part.range])
      start = part.offset
    }
    if start < written.count { pieces.append(written[start..<written.count]) }
    if 4 * sharedByteCount >= sharing.leastQuarters * slice.count { return pieces }
    return [Payload(slices: pieces, itemCount: 0).joined()]
  }
}
