public import Bytes

/// The OTLP bytes of one export request, in pieces.
///
/// The concatenation of the pieces is a valid `Export<Signal>ServiceRequest`, and each section of them
/// is one too, because repeated protobuf fields concatenate; so requests merge by joining their pieces.
/// A section is one piece, which begins and ends at a top-level field, or a rope: pieces next to each
/// other that do so only together. An edit makes a rope of a slice of which most stays as it was: the
/// bytes that stay are shared with the slice, between pieces that were written anew.
///
/// Who only hands the bytes on takes `pieces`. Who looks into them takes `slices`.
public struct Payload: Sendable {
  /// Pieces that only together begin and end at a top-level field.
  struct Rope {
    /// The indices of the pieces, at least two.
    let pieces: Range<Int>
    /// The number of items in them.
    let itemCount: Int

    /// The same items, so many pieces further behind.
    func moved(by count: Int) -> Rope {
      Rope(
        pieces: pieces.lowerBound + count..<pieces.upperBound + count, itemCount: itemCount)
    }
  }

  /// The bytes in order, parted anywhere; none is empty.
  public private(set) var pieces: [ByteSlice]
  /// In the order of their pieces.
  private(set) var ropes: [Rope] = []
  /// The number of spans, data points, log records or samples.
  public internal(set) var itemCount: Int
  /// The number of bytes in all pieces.
  public private(set) var byteCount: Int

  /// A payload without items.
  public static let empty = Payload(slices: [], itemCount: 0)

  /// A payload of one slice, which holds whole top-level fields with `itemCount` items.
  public init(_ slice: ByteSlice, itemCount: Int) {
    self.init(slices: slice.isEmpty ? [] : [slice], itemCount: itemCount)
  }

  /// A payload of these slices, none empty, each of whole top-level fields, which hold `itemCount`
  /// items.
  init(slices: [ByteSlice], itemCount: Int) {
    pieces = slices
    self.itemCount = itemCount
    byteCount = slices.reduce(0) { $0 + $1.count }
  }

  /// A payload of pieces, none empty, which only together hold whole top-level fields.
  init(rope: [ByteSlice], itemCount: Int) {
    self.init(slices: rope, itemCount: itemCount)
    if rope.count > 1 { ropes = [Rope(pieces: rope.indices, itemCount: itemCount)] }
  }

  /// Whether there is nothing to deliver.
  public var isEmpty: Bool { itemCount == 0 }

  /// The bytes in order, in slices that each begin and end at a top-level field; none is empty.
  ///
  /// - Complexity: O(1), and O(n) for the bytes of ropes, which are copied each time
  public var slices: [ByteSlice] {
    if ropes.isEmpty { return pieces }
    var slices: [ByteSlice] = []
    var sections = SectionCursor(self)
    while let section = sections.next() { slices.append(joined(section.pieces)) }
    return slices
  }

  /// Joins the items of `other` behind those here, without copying bytes.
  public mutating func append(_ other: Payload) {
    if pieces.isEmpty {
      // No new arrays where there is nothing to join.
      (pieces, ropes) = (other.pieces, other.ropes)
    } else {
      for rope in other.ropes { ropes.append(rope.moved(by: pieces.count)) }
      pieces.append(contentsOf: other.pieces)
    }
    itemCount += other.itemCount
    byteCount += other.byteCount
  }

  /// All bytes in one slice; free where there is one already.
  ///
  /// - Complexity: O(n) for more than one piece
  public func joined() -> ByteSlice { joined(pieces.indices) }

  /// The bytes of these pieces in one slice; free for one piece.
  func joined(_ range: Range<Int>) -> ByteSlice {
    if range.count == 1 { return pieces[range.lowerBound] }
    let count = pieces[range].reduce(0) { $0 + $1.count }
    var buffer = ByteBuffer(minimumCapacity: count)
    for piece in pieces[range] { buffer.append(piece) }
    return buffer.takeSlice()
  }

  /// The payload of these pieces, which are whole sections and hold `itemCount` items.
  ///
  /// - Complexity: O(pieces of the part + ropes of the payload)
  func part(_ range: Range<Int>, itemCount: Int) -> Payload {
    var part = Payload(slices: Array(pieces[range]), itemCount: itemCount)
    for rope in ropes where range.contains(rope.pieces.lowerBound) {
      part.ropes.append(rope.moved(by: -range.lowerBound))
    }
    return part
  }
}
