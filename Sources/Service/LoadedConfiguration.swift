internal import Components
public import Configuration

/// A configuration as the commands need it: loaded, decoded and checked.
public struct LoadedConfiguration {
  /// What can be run; nil where there are problems.
  public let plan: CollectorPlan?
  /// All that is wrong, ordered by place.
  public let problems: [ConfigProblem]
  /// What is legal and probably not meant.
  public let warnings: [ConfigProblem]

  let root: ConfigNode?
  private let secrets: ConfigSecrets

  /// Loads the values of `--config`, each over those before it, then those of `--set`.
  ///
  /// Blocks while it reads files.
  public init(sources: [String], overrides: [String]) {
    let loaded = ConfigLoader.load(sources: sources, sets: overrides)
    let plan = loaded.node.map {
      CollectorPlan($0, registry: .standard, problems: loaded.problems)
    }
    root = loaded.node
    problems = loaded.problems.sorted + LoadedConfiguration.remark(on: loaded.problems.leftOut)
    warnings = loaded.warnings
    secrets = loaded.problems.secrets
    self.plan = problems.isEmpty ? plan : nil
  }

  private static func remark(on leftOut: Int) -> [ConfigProblem] {
    guard leftOut > 0 else { return [] }
    let place = ConfigLocation(source: "--config", line: 0, column: 0)
    return [
      ConfigProblem(location: place, path: "", message: "\(leftOut) more problems are not shown")
    ]
  }

  /// The configuration after merging and expansion, as text that loads as the same again.
  public func text(asJSON: Bool, redacting: Bool) -> String {
    guard let root = root?.escapingReferences else { return "" }
    let printer = ConfigPrinter(redacting: redacting ? secrets : nil)
    return asJSON ? printer.json(root) : printer.yaml(root)
  }
}
