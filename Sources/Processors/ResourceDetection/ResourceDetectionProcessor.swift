public import Components
internal import Telemetry

extension ProcessorFactory {
  /// Makes `resource_detection` processors.
  public static let resourceDetection = ProcessorFactory(
    editing: ComponentType(
      "resource_detection", aliases: ["resourcedetection"],
      signals: [.traces: .beta, .metrics: .beta, .logs: .beta],
      summary: "Gives resources the attributes of the collector's host, process and container.")
  ) { (config: ResourceDetectionConfig, settings, _) in
    ResourceDetectionEditor(config, settings)
  }
}
