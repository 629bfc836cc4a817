public import Bytes

/// What all log records of an event and a severity begin with, encoded once; the times are filled in.
public struct RecordHead: Sendable {
  /// Where in the fields the record's time is: behind the tag of the first one.
  public static let timeOffset = 1

  private let fields: ByteSlice
  /// Where in the fields the time is at which the record was seen.
  public let observedOffset: Int

  /// The beginning of records of the event `event`.
  public init(event: StaticString, severity: LogSeverity = .info) {
    var buffer = ByteBuffer(minimumCapacity: 128)
    buffer.appendTag(1, .fixed64)
    buffer.appendFixed64(0)
    buffer.appendField(2, varint: severity.rawValue)
    buffer.appendField(3, severity.text)
    buffer.appendTag(11, .fixed64)
    observedOffset = buffer.count
    buffer.appendFixed64(0)
    buffer.appendField(12, event)
    fields = buffer.takeSlice()
  }

  /// The bytes of the fields.
  public var byteCount: Int { fields.count }

  /// Appends the fields; times are in nanoseconds since 1970.
  public func append(time: UInt64, observed: UInt64, to buffer: inout ByteBuffer) {
    let start = buffer.count
    buffer.append(fields)
    buffer.replaceFixed64(at: start + RecordHead.timeOffset, with: time)
    buffer.replaceFixed64(at: start + observedOffset, with: observed)
  }
}
