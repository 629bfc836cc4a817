/// A pipeline as it runs, for people.
public struct PipelineOutline: Sendable, Equatable {
  /// The pipeline's name.
  public let id: PipelineID
  /// When senders hear of success.
  public let acknowledge: Acknowledgement
  /// Where batches come from.
  public let receivers: [ComponentOutline]
  /// What they pass, in order.
  public let steps: [ProcessorStep]
  /// Where they go.
  public let exporters: [ComponentOutline]
}
