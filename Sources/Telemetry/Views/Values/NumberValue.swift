/// A measured number.
public enum NumberValue: Sendable, Equatable {
  /// A signed integer.
  case int(Int64)
  /// A floating-point number.
  case double(Double)
}
