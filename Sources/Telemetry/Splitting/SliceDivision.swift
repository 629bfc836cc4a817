internal import Bytes

/// Cuts one slice of a payload into parts, in one pass.
///
/// The pass goes down to the items and copies them one after the other into the part at hand. When
/// that is full, the messages around are closed, and those of the next part are opened with the same
/// resource, scope and so on.
struct SliceDivision: ~Copyable {
  /// A message around the items at hand, below the request.
  private struct Level {
    /// The number of the field that the message is.
    let number: Int
    /// Its fields that every part repeats.
    let shared: [Range<Int>]
    let sharedCount: Int
    /// Where in the buffer its tag and its first field are; nil while the part has none of it.
    var open: (tag: Int, mark: Int)?
    /// Whether any part has some of it.
    var isWritten = false
  }

  private let slice: ByteSlice
  private let shape: RequestShape
  private var maximumItems: Int
  private var maximumBytes: Int
  /// What the request has besides items; slices of it are in every part.
  private var sharedSlices: [ByteSlice] = []
  private var levels: [Level] = []
  private var buffer = ByteBuffer()
  private var bufferItems = 0
  /// The part at hand without what is in the buffer.
  private var current: Payload
  private var parts: [Payload] = []
  private var copiedCount = 0

  /// A division of `slice`, whose first items go behind those of `current`.
  init(
    _ slice: ByteSlice, shape: RequestShape, maximumItems: Int, maximumBytes: Int,
    after current: Payload
  ) {
    self.slice = slice
    self.shape = shape
    self.maximumItems = maximumItems
    self.maximumBytes = maximumBytes
    self.current = current
  }

  /// The parts, of which the last may have room.
  mutating func run() -> [Payload] {
    let slice = self.slice
    let bytes = slice.span
    let ranges = shared(bytes, 0..<bytes.count, level: 0)
    sharedSlices = ranges.map { slice[$0] }
    divide(bytes, 0..<bytes.count, level: 0)
    endPart()
    return parts
  }

  /// The fields of `message`, which is at `level`, that every part repeats.
  private func shared(_ bytes: Span<UInt8>, _ message: Range<Int>, level: Int) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    var fields = FieldCursor(bytes, message)
    while let field = fields.next() {
      if field.type == .length, shape.isOnTheWay(field.number, level: level) { continue }
      if let last = ranges.last, last.upperBound == field.start {
        ranges[ranges.count - 1] = last.lowerBound..<field.end
      } else {
        ranges.append(field.start..<field.end)
      }
    }
    return ranges
  }

  private mutating func divide(_ bytes: Span<UInt8>, _ message: Range<Int>, level: Int) {
    var fields = FieldCursor(bytes, message)
    while let field = fields.next() {
      guard field.type == .length, shape.isOnTheWay(field.number, level: level) else { continue }
      if shape.isLast(level) {
        add(field, bytes, itemCount: shape.count(of: field, in: bytes, level: level))
        continue
      }
      let ranges = shared(bytes, field.value, level: level + 1)
      levels.append(
        Level(
          number: field.number, shared: ranges, sharedCount: ranges.reduce(0) { $0 + $1.count }))
      divide(bytes, field.value, level: level + 1)
      // What has no items is still kept, once.
      if !levels[levels.count - 1].isWritten {
        if current.itemCount + bufferItems > 0, byteCount(adding: 0) > maximumBytes { endPart() }
        openLevels(bytes)
      }
      closeLevel(levels.count - 1)
      levels.removeLast()
    }
  }

  /// Adds an item, to the next part where this one has no room.
  private mutating func add(_ field: FieldCursor.Field, _ bytes: Span<UInt8>, itemCount: Int) {
    let held = current.itemCount + bufferItems
    if held > 0,
      held + itemCount > maximumItems || byteCount(adding: field.end - field.start) > maximumBytes
    {
      endPart()
    }
    openLevels(bytes)
    buffer.append(bytes.extracting(field.start..<field.end))
    bufferItems += itemCount
  }

  /// The bytes of the part at hand if an item of `count` bytes were added.
  private func byteCount(adding count: Int) -> Int {
    var total = count
    var end = buffer.count
    for level in levels.reversed() {
      if let open = level.open {
        total += end - open.mark
        end = open.tag
      } else {
        total += level.sharedCount
      }
      total +=
        ByteBuffer.varintByteCount(UInt64(level.number) << 3)
        + ByteBuffer.varintByteCount(UInt64(total))
    }
    // A part that has nothing of this slice yet gets what the request has besides items.
    return current.byteCount + sharedSlices.reduce(0) { $0 + $1.count } + end + total
  }

  private mutating func openLevels(_ bytes: Span<UInt8>) {
    for index in levels.indices where levels[index].open == nil {
      let tag = buffer.count
      buffer.appendTag(levels[index].number, .length)
      levels[index].open = (tag, buffer.openLength())
      levels[index].isWritten = true
      for range in levels[index].shared { buffer.append(bytes.extracting(range)) }
    }
  }

  private mutating func closeLevel(_ index: Int) {
    guard let open = levels[index].open else { return }
    buffer.closeLength(open.mark)
    levels[index].open = nil
  }

  /// Completes the part at hand and begins the next.
  private mutating func endPart() {
    for index in levels.indices.reversed() { closeLevel(index) }
    copiedCount += buffer.count
    if copiedCount > slice.count * Payload.maximumCopies {
      maximumItems = .max
      maximumBytes = .max
    }
    var new = bufferItems > 0 || !buffer.isEmpty ? sharedSlices : []
    if !buffer.isEmpty { new.append(buffer.takeSlice()) }
    current.append(Payload(slices: new, itemCount: bufferItems))
    if !current.pieces.isEmpty { parts.append(current) }
    current = .empty
    bufferItems = 0
  }
}
