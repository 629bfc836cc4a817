/// Goes over the sections of a payload: single pieces, and ropes as a whole.
struct SectionCursor {
  /// A part of a payload that is whole top-level fields.
  struct Section {
    /// The indices of its pieces.
    let pieces: Range<Int>
    /// The number of items where it is known without counting.
    let itemCount: Int?
  }

  private let ropes: [Payload.Rope]
  private let pieceCount: Int
  private var piece = 0
  private var rope = 0

  init(_ payload: Payload) {
    ropes = payload.ropes
    pieceCount = payload.pieces.count
  }

  /// The next section; nil behind the last.
  mutating func next() -> Section? {
    guard piece < pieceCount else { return nil }
    var section = Section(pieces: piece..<piece + 1, itemCount: nil)
    if rope < ropes.count, ropes[rope].pieces.lowerBound == piece {
      section = Section(pieces: ropes[rope].pieces, itemCount: ropes[rope].itemCount)
      rope += 1
    }
    piece = section.pieces.upperBound
    return section
  }
}
