internal import Bytes

/// Memory for decompressed bytes, which grows by doubling and never beyond the limit.
struct LimitedOutput: ~Copyable {
  private var buffer: ByteBuffer
  let limit: Int

  /// Room for `count` bytes or the limit, whichever is less.
  init(limit: Int, expecting count: Int) {
    self.limit = limit
    // C libraries get an address also when there is nothing to write.
    buffer = ByteBuffer(minimumCapacity: max(64, min(limit, count)))
  }

  /// Refuses a size that the data itself announces when it is over the limit.
  static func check(announced: UInt64, limit: Int) throws(CompressionError) -> Int {
    guard announced <= UInt64(limit) else { throw .tooLarge(limit: limit) }
    return Int(announced)
  }

  /// How many bytes fit before `grow` is needed.
  var room: Int { min(buffer.capacity, limit) - buffer.count }

  /// Doubles the memory; at the limit there is none left to give.
  mutating func grow() throws(CompressionError) {
    guard buffer.capacity < limit else { throw .tooLarge(limit: limit) }
    // Made anew because a buffer that grows by itself might double beyond the limit.
    var larger = ByteBuffer(minimumCapacity: min(limit, max(buffer.capacity * 2, 4096)))
    larger.append(buffer.span)
    swap(&larger, &buffer)
  }

  /// Lets `body` write into the room there is; it returns how much it wrote.
  mutating func fill<E: Error>(
    _ body: (UnsafeMutableRawBufferPointer) throws(E) -> Int
  ) throws(E) {
    _ = unsafe try buffer.append(maximum: room, body)
  }

  /// How many bytes are written.
  var count: Int { buffer.count }

  /// The bytes written from `start` on.
  @_lifetime(borrow self)
  func written(from start: Int) -> Span<UInt8> {
    buffer.span.extracting(start..<buffer.count)
  }

  /// Appends bytes for which there is room.
  mutating func append(_ bytes: Span<UInt8>) {
    precondition(bytes.count <= room, "no room was made")
    buffer.append(bytes)
  }

  /// Hands the bytes over.
  mutating func take() -> ByteSlice { buffer.takeSlice() }
}
