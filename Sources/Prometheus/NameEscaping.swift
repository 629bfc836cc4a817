/// How names outside the classic character set are written for a scraper that asks for it.
public enum NameEscaping: String, Sendable, CaseIterable {
  /// As they are, in quotes.
  case allowUTF8 = "allow-utf-8"
  /// Other characters as `_`.
  case underscores
  /// Dots as `_dot_`, underscores as `__`, other characters as `__`.
  case dots
  /// `U__` and other characters by their number, so that the name can be told again.
  case values

  /// The name as written, for a metric (`allowsColon`) or a label; classic names stay as they are.
  public func apply(_ name: [UInt8], allowsColon: Bool) -> [UInt8] {
    let isClassic =
      allowsColon ? ClassicName.isMetric(name.span) : ClassicName.isLabel(name.span)
    if self == .allowUTF8 || isClassic || name.isEmpty { return name }
    var result: [UInt8] = self == .values ? Array("U__".utf8) : []
    var isFirst = true
    for scalar in String(decoding: name, as: UTF8.self).unicodeScalars {
      append(scalar, isFirst: isFirst, allowsColon, to: &result)
      isFirst = false
    }
    return result
  }

  private func append(
    _ scalar: Unicode.Scalar, isFirst: Bool, _ allowsColon: Bool, to result: inout [UInt8]
  ) {
    let byte = scalar.isASCII ? UInt8(scalar.value) : 0
    let isKept =
      byte != 0 && NameCharacters.isClassic(byte, allowsColon: allowsColon)
      && !(isFirst && NameCharacters.isDigit(byte))
    switch self {
    case .dots where scalar == ".": result += Array("_dot_".utf8)
    case .dots where scalar == "_" || !isKept: result += [0x5F, 0x5F]
    case .values where scalar == "_": result += [0x5F, 0x5F]
    case .values where scalar == "\u{FFFD}": result += Array("_FFFD_".utf8)
    case .values where !isKept:
      result += Array("_\(String(scalar.value, radix: 16))_".utf8)
    default: result.append(isKept ? byte : NameCharacters.underscore)
    }
  }
}
