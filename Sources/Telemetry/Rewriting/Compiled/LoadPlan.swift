/// What of a kind of message a program wants to have at hand.
struct LoadPlan {
  /// The number of the attributes' field; 0 where there are none.
  let attributes: Int
  /// The lengths of the keys that are wanted, bit n for n bytes; the last stands for all from 63 on.
  let keyLengths: UInt64
  /// The numbers of the fields that are wanted, one bit each.
  let fields: UInt64

  /// The byte that each attribute begins with.
  let attributeTag: UInt8

  init(attributes: Int, keyLengths: UInt64, fields: UInt64) {
    self.attributes = attributes
    self.keyLengths = keyLengths
    self.fields = fields
    // No attributes' field has a number above 15. A tag of 0 is no tag.
    attributeTag = attributes == 0 ? 0 : UInt8(attributes << 3 | 2)
  }

  /// Whether attributes with a key of so many bytes are wanted.
  @inline(__always)
  func wantsKey(of count: Int) -> Bool { keyLengths >> UInt64(min(count, 63)) & 1 == 1 }
}
