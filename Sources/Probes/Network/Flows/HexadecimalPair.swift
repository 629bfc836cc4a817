/// Two numbers as text in hexadecimal digits with a hyphen between them, without taking memory.
struct HexadecimalPair {
  private var digits = InlineArray<33, UInt8>(repeating: UInt8(ascii: "-"))
  private let count: Int

  init(_ first: UInt64, _ second: UInt64) {
    let middle = HexadecimalPair.count(first)
    count = middle + 1 + HexadecimalPair.count(second)
    HexadecimalPair.write(first, until: middle, &digits)
    HexadecimalPair.write(second, until: count, &digits)
  }

  /// The text, borrowed.
  var bytes: Span<UInt8> {
    @_lifetime(borrow self)
    get { digits.span.extracting(0..<count) }
  }

  private static func count(_ number: UInt64) -> Int {
    max(1, (67 - number.leadingZeroBitCount) / 4)
  }

  /// Writes from the last digit on, which comes before `end`.
  private static func write(
    _ number: UInt64, until end: Int, _ digits: inout InlineArray<33, UInt8>
  ) {
    var rest = number
    var index = end
    repeat {
      index -= 1
      let digit = UInt8(truncatingIfNeeded: rest & 15)
      digits[index] = digit &+ (digit < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") - 10)
      rest >>= 4
    } while rest > 0
  }
}
