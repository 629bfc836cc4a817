/// What kind of component a factory makes.
public enum ComponentKind: String, Sendable, CaseIterable {
  /// Brings telemetry in.
  case receiver
  /// Works on batches in a pipeline.
  case processor
  /// Delivers batches out.
  case exporter
  /// Joins pipelines.
  case connector
  /// Runs beside the pipelines.
  case `extension`

  /// The key of the kind's section in the configuration.
  public var section: String { rawValue + "s" }
}
