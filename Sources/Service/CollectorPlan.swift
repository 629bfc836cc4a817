public import Components
public import Configuration
internal import Pipelines

/// A whole configuration, decoded and checked: nothing has been opened yet.
public struct CollectorPlan: Sendable {
  /// What concerns the collector as a whole.
  public let service: ServiceConfig
  let graph: GraphPlan
  /// The extensions in the order of `service::extensions`, each with what makes it.
  let extensions: [ExtensionPlan]
  /// The configuration in effect as JSON without its secrets.
  let configuration: String

  /// Decodes `root`; what is wrong goes to `problems`, all of it at once.
  ///
  /// The plan must not be run when there are problems.
  public init(_ root: ConfigNode, registry: ComponentRegistry, problems: ConfigProblems) {
    var reader = PlanReader(registry: registry, problems: problems)
    (service, graph) = reader.read(root)
    extensions = reader.used
    configuration = ConfigPrinter(redacting: problems.secrets).json(root)
  }
}
