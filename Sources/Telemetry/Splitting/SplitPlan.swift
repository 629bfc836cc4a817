internal import Bytes

/// How one slice of a request is divided in two, and how long both parts get.
///
/// At each level from the request down one field straddles the cut; the fields before it belong to
/// the head, those behind it to the rest, and what is not on the way to items goes with both.
struct SplitPlan {
  /// The cut through one message.
  struct Cut {
    /// Where the message's fields lie.
    let message: Range<Int>
    /// The field that is divided further at the next level; empty where the cut is between fields.
    var divided: Range<Int>
    /// Its number; of no meaning where nothing is divided.
    var dividedNumber = 0
    /// Fields before the cut that both parts have.
    var sharedBefore: [Range<Int>] = []
    /// Fields behind the cut that both parts have.
    var sharedAfter: [Range<Int>] = []
  }

  /// The cuts from the request down.
  private(set) var cuts: [Cut] = []
  /// The number of items in the head.
  private(set) var headCount = 0

  /// A plan that puts `wanted` of the items in `bytes` into the head.
  ///
  /// What cannot be divided, a profile, goes to the head where it is the first, else to the rest.
  init(_ bytes: Span<UInt8>, shape: RequestShape, wanted: Int) {
    var range: Range<Int>? = 0..<bytes.count
    while let message = range, cuts.count < shape.levels.count {
      range = addCut(bytes, message, shape, wanted: wanted)
    }
  }

  /// Adds the cut through `message` and returns the value of the field that is to be divided, if any.
  private mutating func addCut(
    _ bytes: Span<UInt8>, _ message: Range<Int>, _ shape: RequestShape, wanted: Int
  ) -> Range<Int>? {
    let level = cuts.count
    var cut = Cut(message: message, divided: message.upperBound..<message.upperBound)
    var divided: Range<Int>?
    var isBehind = false
    var fields = FieldCursor(bytes, message)
    while let field = fields.next() {
      guard field.type == .length, shape.isOnTheWay(field.number, level: level) else {
        let range = field.start..<field.end
        if isBehind { cut.sharedAfter.append(range) } else { cut.sharedBefore.append(range) }
        continue
      }
      if isBehind { continue }
      let count = shape.count(of: field, in: bytes, level: level)
      if headCount < wanted, headCount + count <= wanted || shape.isLast(level) && headCount == 0 {
        headCount += count
        continue
      }
      isBehind = true
      cut.divided = field.start..<field.start
      if headCount < wanted, !shape.isLast(level) {
        cut.divided = field.start..<field.end
        cut.dividedNumber = field.number
        divided = field.value
      }
    }
    cuts.append(cut)
    return divided
  }
}
