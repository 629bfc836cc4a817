public import Components
internal import Telemetry

extension ProcessorFactory {
  /// Makes `attributes` processors.
  public static let attributes = ProcessorFactory(
    editing: ComponentType(
      "attributes", signals: [.traces: .beta, .metrics: .beta, .logs: .beta],
      summary: "Edits the attributes of spans, data points and log records.")
  ) { (config: AttributesConfig, settings, signal) throws(ComponentError) in
    ActionEditor(try config.program(for: signal), type: "attributes", settings)
  }
}
