/// What a rewriting program made of a payload.
public struct RewriteOutcome: Sendable {
  /// The payload; its pieces are those that went in where nothing in them changed.
  public let payload: Payload
  /// What could not be converted or set.
  public var failures: [RewriteFailure] = []
  /// The items dropped, by the index of a fused program; empty where there are none.
  var dropped: [Int] = []
  /// How many span events were dropped of spans that stay.
  public var droppedEventCount = 0

  /// How many spans, data points or log records the fused program of this index has dropped.
  public func droppedItemCount(by part: Int) -> Int {
    part < dropped.count ? dropped[part] : 0
  }
}
