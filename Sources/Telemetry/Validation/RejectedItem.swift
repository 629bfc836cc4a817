/// One part of a request that cannot be accepted while the others can.
///
/// It is a span, a data point, a log record or a profile; or a whole metric, where the metric's own
/// text is invalid.
public struct RejectedItem: Sendable, Equatable {
  /// Why an item is not accepted.
  public enum Reason: UInt8, Sendable, CaseIterable {
    /// A span's trace id is not 16 bytes or is all zero.
    case traceID
    /// A span's id is not 8 bytes or is all zero.
    case spanID
    /// An id that may be absent has a wrong length.
    case idLength
    /// Text is not UTF-8.
    case invalidUTF8
    /// A histogram's counts are not one more than its bounds.
    case bucketCounts
  }

  /// Where the item's field lies in the request, from its tag to its end.
  public let range: Range<Int>
  /// Why it is not accepted; the first reason found.
  public let reason: Reason
  /// The number of items that go with it: 1 but for a metric's data points or a profile's samples.
  public let itemCount: Int
}

extension RejectedItem.Reason: CustomStringConvertible {
  /// The reason in words for the sender.
  public var description: String {
    switch self {
    case .traceID: "trace_id is not 16 bytes with one of them not zero"
    case .spanID: "span_id is not 8 bytes with one of them not zero"
    case .idLength: "an id has the wrong length"
    case .invalidUTF8: "text is not valid UTF-8"
    case .bucketCounts: "bucket_counts is not one longer than explicit_bounds"
    }
  }
}
