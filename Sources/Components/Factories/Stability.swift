/// How far a component can be relied on.
public enum Stability: String, Sendable {
  /// For daily use.
  case stable
  /// Works; options may still change.
  case beta
  /// May change in any way.
  case development
}
