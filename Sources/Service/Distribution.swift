public import Components
internal import Exporters
internal import Extensions
internal import Probes
internal import Processors
internal import Receivers

extension ComponentRegistry {
  /// Every component of this build: adding one adds one line.
  public static let standard = ComponentRegistry(
    receivers: [
      .otlp,
      .hostMetrics,
      .ebpf,
      .nop,
    ],
    processors: [
      .memoryLimiter,
      .batch,
      .attributes,
      .resource,
      .resourceDetection,
      .processIdentity,
    ],
    exporters: [
      .otlpGRPC,
      .otlpHTTP,
      .debug,
      .file,
      .prometheus,
      .nop,
    ],
    extensions: [
      .healthCheck
    ])
}
