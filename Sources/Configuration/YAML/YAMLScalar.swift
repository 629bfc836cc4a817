/// The meaning of a plain scalar, as YAML 1.2 readers with 1.1 numbers have it.
enum YAMLScalar {
  /// What unquoted `text` means: null, a truth value, a number or text.
  static func resolve(_ text: String) -> ConfigNode.Content {
    switch text {
    case "", "~", "null", "Null", "NULL": return .null
    case "true", "True", "TRUE": return .bool(true, text: text)
    case "false", "False", "FALSE": return .bool(false, text: text)
    case ".nan", ".NaN", ".NAN": return .double(.nan, text: text)
    case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF": return .double(.infinity, text: text)
    case "-.inf", "-.Inf", "-.INF": return .double(-.infinity, text: text)
    default: break
    }
    guard let first = text.utf8.first else { return .null }
    switch first {
    case UInt8(ascii: "."):
      return isDecimal(text) ? number(text, as: text) : .string(text)
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"):
      let digits = String(text.filter { $0 != "_" })
      return number(digits, as: text)
    default: return .string(text)
    }
  }

  /// A number written as `digits`, else the text.
  private static func number(_ digits: String, as text: String) -> ConfigNode.Content {
    if let value = integer(digits) { return .int(value, text: text) }
    if let value = unsigned(digits) { return .double(Double(value), text: text) }
    if isDecimal(digits), let value = Double(digits), value.isFinite {
      return .double(value, text: text)
    }
    return .string(text)
  }

  /// A whole number: decimal, `0x`, `0o`, `0b`, or octal with a leading 0.
  static func integer(_ text: String) -> Int? {
    let (isNegative, magnitude) = split(text)
    guard let (digits, radix) = radix(magnitude), isAlphanumeric(digits) else { return nil }
    return Int((isNegative ? "-" : "") + digits, radix: radix)
  }

  /// A whole number that fits only without a sign.
  private static func unsigned(_ text: String) -> UInt64? {
    guard let (digits, radix) = radix(Substring(text)), isAlphanumeric(digits) else { return nil }
    return UInt64(digits, radix: radix)
  }

  private static func split(_ text: String) -> (isNegative: Bool, magnitude: Substring) {
    switch text.utf8.first {
    case UInt8(ascii: "-"): (true, text.dropFirst())
    case UInt8(ascii: "+"): (false, text.dropFirst())
    default: (false, Substring(text))
    }
  }

  private static func radix(_ magnitude: Substring) -> (digits: Substring, radix: Int)? {
    guard !magnitude.isEmpty else { return nil }
    switch magnitude.prefix(2) {
    case "0x", "0X": return (magnitude.dropFirst(2), 16)
    case "0o", "0O": return (magnitude.dropFirst(2), 8)
    case "0b", "0B": return (magnitude.dropFirst(2), 2)
    default:
      let isOctal = magnitude.count > 1 && magnitude.first == "0"
      return isOctal ? (magnitude.dropFirst(), 8) : (magnitude, 10)
    }
  }

  private static func isAlphanumeric(_ text: Substring) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { isDigit($0) || (0x61...0x7a).contains($0 | 0x20) }
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  /// Whether `text` is `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`.
  static func isDecimal(_ text: String) -> Bool {
    var rest = Array(text.utf8)[...]
    dropSign(&rest)
    let whole = dropDigits(&rest)
    var fraction = 0
    if rest.first == UInt8(ascii: ".") {
      rest.removeFirst()
      fraction = dropDigits(&rest)
    }
    guard whole + fraction > 0 else { return false }
    if let exponent = rest.first, exponent | 0x20 == UInt8(ascii: "e") {
      rest.removeFirst()
      dropSign(&rest)
      guard dropDigits(&rest) > 0 else { return false }
    }
    return rest.isEmpty
  }

  private static func dropSign(_ rest: inout ArraySlice<UInt8>) {
    if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
  }

  private static func dropDigits(_ rest: inout ArraySlice<UInt8>) -> Int {
    let digits = rest.prefix(while: isDigit).count
    rest = rest.dropFirst(digits)
    return digits
  }
}
