public import Bytes

/// Counts items without reading them.
public enum PayloadCounter {
  /// The number of spans, data points, log records or samples in `bytes`, whole top-level fields of
  /// a request of `signal`.
  ///
  /// Bytes that are not such fields are not counted, from the first place where that shows.
  /// - Complexity: O(items), whatever their size
  public static func countItems(_ bytes: ByteSlice, signal: Signal) -> Int {
    RequestShape(signal).countItems(bytes.span, 0..<bytes.count, level: 0)
  }
}

extension RequestShape {
  /// The number of items in the message `range`, which is at `level`.
  func countItems(_ bytes: Span<UInt8>, _ range: Range<Int>, level: Int) -> Int {
    var count = 0
    var fields = FieldCursor(bytes, range)
    while let field = fields.next() {
      guard field.type == .length, isOnTheWay(field.number, level: level) else { continue }
      count += self.count(of: field, in: bytes, level: level)
    }
    return count
  }

  /// The number of items in one field on the way from `level`.
  func count(of field: FieldCursor.Field, in bytes: Span<UInt8>, level: Int) -> Int {
    if !isLast(level) { return countItems(bytes, field.value, level: level + 1) }
    if weightField == 0 { return 1 }
    var count = 0
    var fields = FieldCursor(bytes, field.value)
    while let field = fields.next() {
      if field.number == weightField, field.type == .length { count += 1 }
    }
    return count
  }
}
