/// Numbers of bytes as people write them.
enum ByteSizeText {
  private static let units: [String: Double] = [
    "": 1, "b": 1, "kb": 1e3, "mb": 1e6, "gb": 1e9, "tb": 1e12, "kib": 1024, "mib": 1_048_576,
    "gib": 1_073_741_824, "tib": 1_099_511_627_776, "ki": 1024, "mi": 1_048_576,
    "gi": 1_073_741_824, "ti": 1_099_511_627_776,
  ]

  /// The bytes that `text` stands for, such as 1_500_000 for `1.5MB`; nil where it is no size.
  static func parse(_ text: String) -> Int? {
    let number = text.utf8.prefix { ConfigName.isDigit($0) || $0 == UInt8(ascii: ".") }
    let unit = text.dropFirst(number.count).drop { $0 == " " }.lowercased()
    guard let digits = String(number), YAMLScalar.isDecimal(digits), let value = Double(digits),
      let factor = units[unit], value * factor < 9e18
    else { return nil }
    return Int((value * factor).rounded())
  }
}
