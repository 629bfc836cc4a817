internal import Bytes

/// A compiled BPF object inside the program, as the build embeds it.
public struct EmbeddedProbe: Sendable {
  /// The object's name: that of its source without the ending.
  public let name: String
  private let base64: StaticString

  /// The object `name`, whose ELF file `base64` holds.
  public init(name: String, base64: StaticString) {
    self.name = name
    self.base64 = base64
  }

  /// The ELF file.
  func object() -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(base64.utf8CodeUnitCount / 4 * 3)
    var bits: UInt32 = 0
    var count = 0
    base64.withUTF8Buffer { text in
      // The span is used within the closure only, for which the buffer is valid.
      let text = unsafe text.span
      for index in text.indices {
        guard let six = EmbeddedProbe.value(of: text[index]) else { break }
        bits = bits << 6 | six
        count += 6
        if count >= 8 {
          count -= 8
          bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
        }
      }
    }
    return bytes
  }

  /// What a character of the base64 alphabet stands for.
  private static func value(of character: UInt8) -> UInt32? {
    switch character {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(character) - 65
    case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(character) - 71
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(character) + 4
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
  }
}
