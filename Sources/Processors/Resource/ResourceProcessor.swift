public import Components
internal import Telemetry

extension ProcessorFactory {
  /// Makes `resource` processors.
  public static let resource = ProcessorFactory(
    editing: ComponentType(
      "resource", signals: [.traces: .beta, .metrics: .beta, .logs: .beta],
      summary: "Edits the attributes of resources.")
  ) { (config: ResourceConfig, settings, _) in
    ActionEditor(config.program, type: "resource", settings)
  }
}
