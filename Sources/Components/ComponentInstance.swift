/// A component at its place: ids alone do not tell a receiver from an exporter of the same name.
public struct ComponentInstance: Sendable, Hashable, CustomStringConvertible {
  /// What kind of component it is.
  public let kind: ComponentKind
  /// The id in the configuration.
  public let id: ComponentID
  /// The pipeline in which a processor works, as it is written; nil for what pipelines share.
  public let pipeline: String?

  /// The component `id` of this kind.
  public init(_ kind: ComponentKind, _ id: ComponentID, in pipeline: String? = nil) {
    self.kind = kind
    self.id = id
    self.pipeline = pipeline
  }

  /// The kind and the id, such as `exporter:otlp_grpc`.
  public var description: String { "\(kind.rawValue):\(id)" }
}
