public import Bytes

/// The OTLP bytes of one export request, in slices.
///
/// The concatenation of the slices is a valid `Export<Signal>ServiceRequest`. Each slice begins and
/// ends at a top-level field, because repeated protobuf fields concatenate; so requests merge by
/// joining their slices.
public struct Payload: Sendable {
  /// The slices in order; none is empty.
  public private(set) var slices: [ByteSlice]
  /// The number of spans, data points, log records or samples.
  public private(set) var itemCount: Int
  /// The number of bytes in all slices.
  public private(set) var byteCount: Int

  /// A payload without items.
  public static let empty = Payload(slices: [], itemCount: 0, byteCount: 0)

  private init(slices: [ByteSlice], itemCount: Int, byteCount: Int) {
    self.slices = slices
    self.itemCount = itemCount
    self.byteCount = byteCount
  }

  /// A payload of one slice, which holds whole top-level fields with `itemCount` items.
  public init(_ slice: ByteSlice, itemCount: Int) {
    self.init(
      slices: slice.isEmpty ? [] : [slice], itemCount: itemCount, byteCount: slice.count)
  }

  /// A payload of these slices, none empty, which hold `itemCount` items.
  init(slices: [ByteSlice], itemCount: Int) {
    self.init(
      slices: slices, itemCount: itemCount, byteCount: slices.reduce(0) { $0 + $1.count })
  }

  /// Whether there is nothing to deliver.
  public var isEmpty: Bool { itemCount == 0 }

  /// Joins the items of `other` behind those here, without copying bytes.
  public mutating func append(_ other: Payload) {
    slices.append(contentsOf: other.slices)
    itemCount += other.itemCount
    byteCount += other.byteCount
  }

  /// All bytes in one slice; free where there is one already.
  ///
  /// - Complexity: O(n) for more than one slice
  public func joined() -> ByteSlice {
    if slices.count == 1 { return slices[0] }
    var buffer = ByteBuffer(minimumCapacity: byteCount)
    for slice in slices { buffer.append(slice) }
    return buffer.takeSlice()
  }
}
