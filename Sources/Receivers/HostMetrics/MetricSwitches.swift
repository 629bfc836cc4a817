internal import Configuration

/// Which metrics of a scraper are emitted: the options under its key `metrics`.
struct MetricSwitches: Sendable {
  private var enabled: Set<String>
  /// The metrics whose points are kept apart by CPU.
  private(set) var keptApart: Set<String> = []

  /// The metrics that are on by default, or all of them.
  init(_ definitions: [MetricDefinition], everything: Bool = false) {
    enabled = Set(definitions.filter { everything || $0.isOnByDefault }.map(\.key))
  }

  /// Reads `metrics` from a scraper's section.
  ///
  /// The metrics in `dividing` take `attributes` too, which lists `state` and may list `cpu`.
  init(
    _ definitions: [MetricDefinition], from scraper: ConfigSection, dividing: Set<String> = []
  ) {
    self.init(definitions)
    guard let metrics = scraper.section("metrics") else { return }
    for definition in definitions {
      let key = definition.key
      guard let section = metrics.section(key) else { continue }
      if section.bool("enabled", default: definition.isOnByDefault) {
        enabled.insert(key)
      } else {
        enabled.remove(key)
      }
      if dividing.contains(key) { readAttributes(key, section) }
      section.finish()
    }
    for (name, system) in MetricSwitches.foreign {
      guard let section = metrics.section(name) else { continue }
      if section.bool("enabled", default: false) {
        section.problem("enabled", "there is no such metric on Linux, only on \(system)")
      }
      section.finish()
    }
    metrics.finish()
  }

  private static let foreign = [("process.handles", "Windows")]

  private mutating func readAttributes(_ key: String, _ section: ConfigSection) {
    guard let attributes = section.names("attributes") else { return }
    if let unknown = attributes.first(where: { $0 != "cpu" && $0 != "state" }) {
      section.problem("attributes", "\"\(unknown)\" is not one of cpu, state")
    } else if !attributes.contains("state") {
      section.problem("attributes", "must list state: only cpu can be left out")
    } else if attributes.contains("cpu") {
      keptApart.insert(key)
    }
  }

  /// The metric where it is to be emitted.
  subscript(_ definition: MetricDefinition) -> MetricDefinition? {
    enabled.contains(definition.key) ? definition : nil
  }
}
