internal import Bytes

/// What all log records of an event and a severity begin with, encoded once; the times are filled in.
public struct RecordHead: Sendable {
  /// Records with a process's attributes are longer than 127 bytes.
  static let expectedByteCount = 1000

  let bytes: ByteSlice
  /// Where the record's first field is; the length ends there.
  let mark: Int
  /// Where the two moments are.
  let timeOffset: Int
  let observedOffset: Int

  /// The beginning of records of the event `event`.
  public init(event: StaticString, severity: LogSeverity = .info) {
    var buffer = ByteBuffer(minimumCapacity: 128)
    buffer.appendTag(2, .length)
    mark = buffer.openLength(expecting: RecordHead.expectedByteCount)
    buffer.appendTag(1, .fixed64)
    timeOffset = buffer.count
    buffer.appendFixed64(0)
    buffer.appendField(2, varint: severity.rawValue)
    buffer.appendField(3, severity.text)
    buffer.appendTag(11, .fixed64)
    observedOffset = buffer.count
    buffer.appendFixed64(0)
    buffer.appendField(12, event)
    bytes = buffer.takeSlice()
  }
}
