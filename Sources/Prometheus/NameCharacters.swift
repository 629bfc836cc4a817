/// The character sets of names.
enum NameCharacters {
  static let underscore = UInt8(ascii: "_")

  static func isLetter(_ byte: UInt8) -> Bool {
    (byte | 0x20) >= UInt8(ascii: "a") && (byte | 0x20) <= UInt8(ascii: "z")
  }

  static func isDigit(_ byte: UInt8) -> Bool {
    byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
  }

  /// A letter, digit, underscore or, in metric names, colon.
  static func isClassic(_ byte: UInt8, allowsColon: Bool) -> Bool {
    isLetter(byte) || isDigit(byte) || byte == underscore
      || (allowsColon && byte == UInt8(ascii: ":"))
  }

  /// `bytes` with every run of characters outside the classic set, and of underscores, as one `_`.
  static func escaped(_ bytes: [UInt8], allowsColon: Bool) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    for byte in bytes {
      if isClassic(byte, allowsColon: allowsColon), byte != underscore {
        result.append(byte)
      } else if result.last != underscore {
        result.append(underscore)
      }
    }
    return result
  }

  /// `bytes` as UTF-8 text: what is not UTF-8 becomes U+FFFD.
  static func repaired(_ bytes: [UInt8]) -> [UInt8] {
    Array(String(decoding: bytes, as: UTF8.self).utf8)
  }
}

/// Whether names need no quotes in an exposition.
public enum ClassicName {
  /// Whether `name` is `[a-zA-Z_:][a-zA-Z0-9_:]*`, as metrics are called without UTF-8.
  public static func isMetric(_ name: Span<UInt8>) -> Bool {
    isValid(name, allowsColon: true)
  }

  /// Whether `name` is `[a-zA-Z_][a-zA-Z0-9_]*`, as labels are called without UTF-8.
  public static func isLabel(_ name: Span<UInt8>) -> Bool {
    isValid(name, allowsColon: false)
  }

  private static func isValid(_ name: Span<UInt8>, allowsColon: Bool) -> Bool {
    guard name.count > 0, !NameCharacters.isDigit(name[0]) else { return false }
    for index in name.indices
    where !NameCharacters.isClassic(name[index], allowsColon: allowsColon) {
      return false
    }
    return true
  }
}
