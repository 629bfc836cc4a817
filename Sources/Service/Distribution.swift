public import Components
internal import Exporters
internal import Processors
internal import Receivers

extension ComponentRegistry {
  /// Every component of this build: adding one adds one line.
  public static let standard = ComponentRegistry(
    receivers: [
      .otlp,
      .hostMetrics,
      .nop,
    ],
    processors: [
      .batch,
      .resourceDetection,
    ],
    exporters: [
      .otlpGRPC,
      .otlpHTTP,
      .debug,
      .file,
      .nop,
    ])
}
