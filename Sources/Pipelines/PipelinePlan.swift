public import Components

/// One pipeline as the configuration wants it.
public struct PipelinePlan: Sendable {
  /// The pipeline's name.
  public let id: PipelineID
  /// Where its batches come from.
  public let receivers: [ComponentID]
  /// What they pass, in this order.
  public let processors: [ComponentID]
  /// Where they go.
  public let exporters: [ComponentID]
  /// When senders hear of success.
  public let acknowledge: Acknowledgement

  /// A plan of these parts.
  public init(
    id: PipelineID, receivers: [ComponentID], processors: [ComponentID],
    exporters: [ComponentID], acknowledge: Acknowledgement
  ) {
    self.id = id
    self.receivers = receivers
    self.processors = processors
    self.exporters = exporters
    self.acknowledge = acknowledge
  }
}
