internal import Bytes

extension LogsWriter {
  /// Begins a record whose size is known: nothing is moved or written anew at its end, which is `closeWhole`.
  ///
  /// The same bytes as `open` writes. `byteCount` is what the caller appends behind the head until then, by `attributes`
  /// encoded as this field; times are in nanoseconds since 1970.
  ///
  /// - Returns: What `closeWhole` needs to know.
  public mutating func openWhole(
    _ head: RecordHead, time: UInt64, observed: UInt64, byteCount: Int
  ) -> Int {
    let count = head.byteCount + byteCount
    // A tag of one byte and a length of ten at most.
    frame.buffer.reserve(count + 11)
    frame.buffer.appendTag(2, .length)
    frame.buffer.appendVarint(UInt64(count))
    let end = frame.buffer.count + count
    head.append(time: time, observed: observed, to: &frame.buffer)
    return end
  }

  /// Ends a record that `openWhole` began, which returned `end`.
  ///
  /// - Precondition: As many bytes were appended as were announced.
  public mutating func closeWhole(_ end: Int) {
    precondition(frame.buffer.count == end, "a log record of another size than was announced")
    frame.itemCount += 1
  }

  /// Adds a record that this or another writer wrote, from its tag on.
  public mutating func add(_ record: Span<UInt8>) {
    frame.buffer.append(record)
    frame.itemCount += 1
  }

  /// The bytes written from `start` on, which `byteCount` told before a record was opened: that record, once it is closed.
  @_lifetime(borrow self)
  public func bytes(from start: Int) -> Span<UInt8> {
    frame.buffer.span.extracting(start..<frame.buffer.count)
  }
}
