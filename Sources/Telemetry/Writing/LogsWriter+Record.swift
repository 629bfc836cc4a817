public import Bytes

extension LogsWriter {
  // Inlinable: see RecordPen.overhead.
  /// Writes a whole record of exactly `byteCount` bytes, which `body` writes, the fields of its head too.
  ///
  /// Behind them the pen has room for a word, as `RecordPen.fill` needs it.
  @inlinable @inline(__always)
  public mutating func record(of byteCount: Int, _ body: (inout RecordPen) -> Void) {
    begin(byteCount)
    append { buffer in
      // The pen writes within the room that it is given, during the call.
      _ = unsafe buffer.append(maximum: byteCount + RecordPen.wordByteCount) { room in
        var pen = unsafe RecordPen(room)
        body(&pen)
        precondition(pen.count == byteCount, "a log record of another size than was announced")
        return byteCount
      }
    }
  }

  @usableFromInline
  mutating func begin(_ byteCount: Int) {
    // A tag of one byte and a length of ten at most.
    frame.buffer.reserve(byteCount + RecordPen.wordByteCount + 11)
    frame.buffer.appendTag(2, .length)
    frame.buffer.appendVarint(UInt64(byteCount))
    frame.itemCount += 1
  }
}
