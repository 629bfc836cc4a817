public import Telemetry

/// What a pipeline does with a batch at a time: one processor, or several that edit in one pass.
public struct ProcessorStep: Sendable, Equatable {
  /// The processors in the order in which they act.
  public let processors: [ComponentOutline]
  /// How far a pass of edits goes into a batch; nil for a processor of another kind.
  public let reach: RewriteReach?

  init(processors: [ComponentOutline], reach: RewriteReach?) {
    self.processors = processors
    self.reach = reach
  }
}
