internal import Bytes

/// What log records of one event and severity begin with, encoded once; only the times differ.
public struct LogRecordHead: ~Copyable {
  private static let timeOffset = 1
  private let observedOffset: Int
  private(set) var bytes = ByteBuffer(minimumCapacity: 64)

  /// A head of records of the event `event`.
  public init(event: StaticString, severity: LogSeverity) {
    bytes.appendTag(1, .fixed64)
    bytes.appendFixed64(0)
    bytes.appendField(2, varint: severity.rawValue)
    bytes.appendField(3, severity.text)
    bytes.appendTag(11, .fixed64)
    observedOffset = bytes.count
    bytes.appendFixed64(0)
    bytes.appendField(12, event)
  }

  mutating func stamp(time: UInt64, observed: UInt64) {
    bytes.replaceFixed64(at: LogRecordHead.timeOffset, with: time)
    bytes.replaceFixed64(at: observedOffset, with: observed)
  }
}
