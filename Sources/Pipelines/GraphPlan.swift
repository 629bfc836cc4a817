public import Components

/// All pipelines, and how to make each component that they use.
public struct GraphPlan: Sendable {
  /// The pipelines in the order written.
  public var pipelines: [PipelinePlan]
  /// What makes each receiver in use.
  public var receivers: [ComponentID: ReceiverFactory.Make]
  /// What makes each processor in use, once for each pipeline.
  public var processors: [ComponentID: ProcessorFactory.Make]
  /// What makes each exporter in use.
  public var exporters: [ComponentID: ExporterFactory.Make]

  /// A plan of these parts.
  public init(
    pipelines: [PipelinePlan], receivers: [ComponentID: ReceiverFactory.Make],
    processors: [ComponentID: ProcessorFactory.Make],
    exporters: [ComponentID: ExporterFactory.Make]
  ) {
    self.pipelines = pipelines
    self.receivers = receivers
    self.processors = processors
    self.exporters = exporters
  }
}
