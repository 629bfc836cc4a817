public import Bytes

extension LogsWriter {
  // Inlinable: see RecordPen.overhead.
  /// Lets `body` write fields of the record that have at most `byteCount` bytes.
  @inlinable @inline(__always)
  public mutating func write(atMost byteCount: Int, _ body: (inout RecordPen) -> Void) {
    append { $0.write(atMost: byteCount, body) }
  }
}

extension ByteBuffer {
  // Inlinable: see RecordPen.overhead.
  /// Lets `body` append fields of a log record that have at most `byteCount` bytes, more than none.
  @inlinable @inline(__always)
  public mutating func write(atMost byteCount: Int, _ body: (inout RecordPen) -> Void) {
    // The pen writes within the room that it is given, during the call.
    _ = unsafe append(maximum: byteCount) { room in
      var pen = unsafe RecordPen(room)
      body(&pen)
      return pen.count
    }
  }
}
