/// How metric and label names of OpenTelemetry become names of Prometheus.
public enum TranslationStrategy: String, Sendable, CaseIterable {
  /// Characters outside Prometheus' classic set become `_`; units and types are appended.
  case underscoreEscapingWithSuffixes = "UnderscoreEscapingWithSuffixes"
  /// Characters outside Prometheus' classic set become `_`; nothing is appended.
  case underscoreEscapingWithoutSuffixes = "UnderscoreEscapingWithoutSuffixes"
  /// Characters stay as they are; units and types are appended.
  case noUTF8EscapingWithSuffixes = "NoUTF8EscapingWithSuffixes"
  /// Names stay as they are.
  case noTranslation = "NoTranslation"

  /// Whether names keep to Prometheus' classic character set.
  public var escapes: Bool {
    self == .underscoreEscapingWithSuffixes || self == .underscoreEscapingWithoutSuffixes
  }

  /// Whether units and types are appended to metric names.
  public var addsSuffixes: Bool {
    self == .underscoreEscapingWithSuffixes || self == .noUTF8EscapingWithSuffixes
  }
}
