/// The factories that a build of the collector knows.
public struct ComponentRegistry: Sendable {
  /// How to make receivers.
  public let receivers: [ReceiverFactory]
  /// How to make processors.
  public let processors: [ProcessorFactory]
  /// How to make exporters.
  public let exporters: [ExporterFactory]
  /// How to make extensions.
  public let extensions: [ExtensionFactory]

  /// A registry of these factories.
  ///
  /// - Precondition: No two factories of a kind share a name or alias.
  public init(
    receivers: [ReceiverFactory], processors: [ProcessorFactory], exporters: [ExporterFactory],
    extensions: [ExtensionFactory] = []
  ) {
    let all = [
      receivers.map(\.type), processors.map(\.type), exporters.map(\.type),
      extensions.map(\.type),
    ]
    for types in all {
      let names = types.flatMap { [$0.name] + $0.aliases }
      precondition(Set(names).count == names.count, "two factories share a name: \(names)")
    }
    self.receivers = receivers
    self.processors = processors
    self.exporters = exporters
    self.extensions = extensions
  }

  /// The types of a kind, in the order of registration.
  public func types(of kind: ComponentKind) -> [ComponentType] {
    switch kind {
    case .receiver: receivers.map(\.type)
    case .processor: processors.map(\.type)
    case .exporter: exporters.map(\.type)
    case .extension: extensions.map(\.type)
    case .connector: []
    }
  }
}

extension ComponentType {
  /// Whether configurations know the type as `name`.
  public func isCalled(_ name: String) -> Bool {
    self.name == name || aliases.contains(name)
  }
}
