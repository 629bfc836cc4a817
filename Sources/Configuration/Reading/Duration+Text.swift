extension Duration {
  /// A duration written as in Go: `1h2m3s4ms`, `1.5s`, `-200us`; nil where `text` is none.
  public init?(configurationText text: String) {
    var rest = Substring(text)
    let isNegative = rest.first == "-"
    if isNegative || rest.first == "+" { rest = rest.dropFirst() }
    if rest == "0" {
      self = .zero
      return
    }
    guard !rest.isEmpty else { return nil }
    var total = 0.0
    while !rest.isEmpty {
      let number = rest.prefix { $0 == "." || $0.isASCII && $0.isNumber }
      rest = rest.dropFirst(number.count)
      let suffix = rest.prefix { $0 != "." && !($0.isASCII && $0.isNumber) }
      rest = rest.dropFirst(suffix.count)
      guard let unit = Duration.nanoseconds(in: suffix), YAMLScalar.isDecimal(String(number)),
        let value = Double(number)
      else { return nil }
      total += value * unit
    }
    guard total < 9.2e18 else { return nil }
    let nanoseconds = Int64(total.rounded())
    self = .nanoseconds(isNegative ? -nanoseconds : nanoseconds)
  }

  private static func nanoseconds(in unit: Substring) -> Double? {
    switch unit {
    case "ns": 1
    case "us", "\u{B5}s", "\u{3BC}s": 1e3
    case "ms": 1e6
    case "s": 1e9
    case "m": 60e9
    case "h": 3600e9
    default: nil
    }
  }
}
