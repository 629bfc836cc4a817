extension Duration {
  /// A duration written as in Go: `1h2m3s4ms`, `1.5s`, `200us`; nil where `text` is none.
  public init?(configurationText text: String) {
    let units: [(suffix: String, nanoseconds: Double)] = [
      ("ns", 1), ("us", 1e3), ("\u{B5}s", 1e3), ("\u{3BC}s", 1e3), ("ms", 1e6), ("s", 1e9),
      ("m", 60e9), ("h", 3600e9),
    ]
    if text == "0" {
      self = .zero
      return
    }
    var rest = Substring(text)
    var total = 0.0
    guard !rest.isEmpty else { return nil }
    while !rest.isEmpty {
      let number = rest.prefix { $0.isASCII && $0.isNumber || $0 == "." }
      rest = rest.dropFirst(number.count)
      let suffix = rest.prefix { !($0.isASCII && $0.isNumber) && $0 != "." }
      rest = rest.dropFirst(suffix.count)
      guard let value = Double(number),
        let unit = units.first(where: { $0.suffix == suffix })
      else { return nil }
      total += value * unit.nanoseconds
    }
    guard total < 9.2e18 else { return nil }
    self = .nanoseconds(Int64(total.rounded()))
  }
}
