extension LogValue: ExpressibleByFloatLiteral {
  /// A number.
  public init(floatLiteral value: Double) { self = .double(value) }
}

extension LogValue {
  /// A duration as text with its unit, such as `1.5s` or `20ms`.
  public static func duration(_ value: Duration) -> LogValue {
    let (seconds, attoseconds) = value.components
    let total = Double(seconds) + Double(attoseconds) / 1e18
    return switch abs(total) {
    case 0: .string("0s")
    case ..<1e-3: .string("\(rounded(total * 1e6))us")
    case ..<1: .string("\(rounded(total * 1e3))ms")
    default: .string("\(rounded(total))s")
    }
  }

  /// At most three digits after the point, none where it is whole.
  private static func rounded(_ value: Double) -> String {
    let value = (value * 1000).rounded() / 1000
    guard value == value.rounded(), abs(value) < 1e15 else { return "\(value)" }
    return "\(Int(value))"
  }
}
