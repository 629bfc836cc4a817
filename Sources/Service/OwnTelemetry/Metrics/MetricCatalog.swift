internal import Diagnostics

/// What there is to know of the collector's own metrics by their names.
enum MetricCatalog {
  /// What one metric tells.
  struct Entry: Sendable {
    /// One sentence for people.
    let help: String
    /// The least level at which it is shown.
    let level: MetricsLevel
    /// The unit in UCUM, such as `By`; empty where a name of the items says it all.
    let unit: String
  }

  /// What stands for a metric that the catalog does not know.
  static let unknown = Entry(help: "A metric of a component.", level: .normal, unit: "")

  /// The entry of the metric called `name`; `unknown` for names that the catalog does not have.
  static func entry(of name: String) -> Entry { find(name) ?? unknown }

  /// The entry of the metric called `name`; nil for names that the catalog does not have.
  static func find(_ name: String) -> Entry? {
    if let entry = entries[name] { return entry }
    for (prefix, suffix, entry) in families where name.hasPrefix(prefix) {
      if name.hasSuffix(suffix) { return entry }
    }
    return nil
  }

  static func entry(_ level: MetricsLevel, _ help: String, unit: String = "") -> Entry {
    Entry(help: help, level: level, unit: unit)
  }
}
