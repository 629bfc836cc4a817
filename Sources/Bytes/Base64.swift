/// The letters of base64; RFC 4648, section 4.
public enum Base64 {
  /// Which letters stand for 62 and 63.
  public enum Alphabet: Sendable {
    /// Plus and slash; section 4.
    case standard
    /// These, or minus and underscore as in URLs; section 5.
    case either
  }

  /// The letter of the standard alphabet that stands for the low six bits.
  @inline(__always)
  static func letter(_ bits: UInt32) -> UInt8 {
    let value = UInt8(truncatingIfNeeded: bits & 63)
    switch value {
    case 0..<26: return UInt8(ascii: "A") + value
    case 26..<52: return UInt8(ascii: "a") + value - 26
    case 52..<62: return UInt8(ascii: "0") + value - 52
    case 62: return UInt8(ascii: "+")
    default: return UInt8(ascii: "/")
    }
  }

  /// The six bits that a letter stands for; 64 where it is none.
  @inline(__always)
  static func bits(of letter: UInt8, _ alphabet: Alphabet) -> UInt32 {
    switch letter {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(letter - UInt8(ascii: "A"))
    case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(letter - UInt8(ascii: "a")) + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(letter - UInt8(ascii: "0")) + 52
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    case UInt8(ascii: "-"): alphabet == .either ? 62 : 64
    case UInt8(ascii: "_"): alphabet == .either ? 63 : 64
    default: 64
    }
  }
}
