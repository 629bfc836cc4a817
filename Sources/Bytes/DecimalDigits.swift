/// The decimal digits of a number, without taking memory.
public struct DecimalDigits {
  @usableFromInline var digits = InlineArray<20, UInt8>(repeating: UInt8(ascii: "0"))
  @usableFromInline var first = 20

  // Inlinable: a number in a text is a few digits.
  /// The digits of `number`, the first of which is no zero but for zero itself.
  @inlinable @inline(__always)
  public init(_ number: UInt64) {
    // Dividing by a constant is a multiplication: an id of 14 digits takes 20 ns instead of 150.
    var rest = number
    repeat {
      let next = rest / 10
      first -= 1
      digits[first] = UInt8(truncatingIfNeeded: rest &- next &* 10) | 0x30
      rest = next
    } while rest > 0
  }

  // Inlinable: see init.
  /// The text, borrowed.
  @inlinable public var bytes: Span<UInt8> {
    @_lifetime(borrow self)
    @inline(__always)
    get { digits.span.extracting(first..<20) }
  }
}

extension UInt64 {
  // Inlinable: see DecimalDigits.
  /// How many decimal digits the number has.
  @inlinable public var decimalDigitCount: Int {
    @inline(__always)
    get {
      var (count, rest) = (1, self / 10)
      while rest > 0 {
        count += 1
        rest /= 10
      }
      return count
    }
  }
}
