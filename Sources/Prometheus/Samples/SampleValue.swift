/// The value of a counter or gauge.
public enum SampleValue: Sendable, Equatable {
  /// A whole number.
  case int(Int64)
  /// A floating-point number.
  case double(Double)

  /// The value as a floating-point number.
  public var double: Double {
    switch self {
    case .int(let value): Double(value)
    case .double(let value): value
    }
  }
}
