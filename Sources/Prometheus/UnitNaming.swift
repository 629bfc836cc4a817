/// The words that units become in metric names; specification "Prometheus and OpenMetrics
/// Compatibility", metric metadata.
enum UnitNaming {
  private static let words: [String: String] = [
    "d": "days", "h": "hours", "min": "minutes", "s": "seconds", "ms": "milliseconds",
    "us": "microseconds", "ns": "nanoseconds",
    "By": "bytes", "KiBy": "kibibytes", "MiBy": "mebibytes", "GiBy": "gibibytes",
    "TiBy": "tebibytes", "kBy": "kilobytes", "KBy": "kilobytes", "MBy": "megabytes",
    "GBy": "gigabytes", "TBy": "terabytes",
    "m": "meters", "V": "volts", "A": "amperes", "J": "joules", "W": "watts", "g": "grams",
    "Cel": "celsius", "Hz": "hertz", "1": "", "%": "percent",
  ]

  private static let perWords: [String: String] = [
    "s": "second", "m": "minute", "h": "hour", "d": "day", "w": "week", "mo": "month", "y": "year",
  ]

  /// The words of `unit`, such as `meters_per_second`; empty where it has none.
  ///
  /// Text in braces is left out; characters outside the classic set become `_` where `escapes`.
  static func suffix(of unit: [UInt8], escapes: Bool) -> [UInt8] {
    let plain = withoutAnnotations(unit)
    let slash = plain.firstIndex(of: UInt8(ascii: "/"))
    let main = word(plain[..<(slash ?? plain.endIndex)], words, escapes)
    guard let slash else { return main }
    let per = word(plain[plain.index(after: slash)...], perWords, escapes)
    if per.isEmpty { return main }
    return (main.isEmpty ? [] : main + [NameCharacters.underscore]) + Array("per_".utf8) + per
  }

  private static func withoutAnnotations(_ unit: [UInt8]) -> [UInt8] {
    var depth = 0
    var result: [UInt8] = []
    for byte in unit {
      switch byte {
      case UInt8(ascii: "{"): depth += 1
      case UInt8(ascii: "}"): depth = max(0, depth - 1)
      default: if depth == 0 { result.append(byte) }
      }
    }
    return result
  }

  private static func word(
    _ part: ArraySlice<UInt8>, _ table: [String: String], _ escapes: Bool
  ) -> [UInt8] {
    let text = String(decoding: part, as: UTF8.self).filter { $0 != " " }
    let word = Array((table[text] ?? text).utf8)
    guard escapes else { return word }
    var escaped = NameCharacters.escaped(word, allowsColon: true)
    while escaped.first == NameCharacters.underscore { escaped.removeFirst() }
    while escaped.last == NameCharacters.underscore { escaped.removeLast() }
    return escaped
  }
}
