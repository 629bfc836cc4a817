public import Components
public import Telemetry

/// The name of a pipeline in the configuration: a signal, or a signal and a name.
public struct PipelineID: Sendable, Hashable, CustomStringConvertible {
  /// What flows through the pipeline.
  public let signal: Signal
  /// What follows the slash; empty where there is none.
  public let name: String

  /// An id of this signal and name.
  public init(signal: Signal, name: String = "") {
    self.signal = signal
    self.name = name
  }

  /// The id written as `text`, nil where it is none.
  public init?(_ text: String) {
    guard let id = ComponentID(text), let signal = Signal(rawValue: id.type) else { return nil }
    self.init(signal: signal, name: id.name)
  }

  /// The id as it is written.
  public var description: String { name.isEmpty ? signal.rawValue : "\(signal.rawValue)/\(name)" }
}

/// When a sender hears that its telemetry has arrived.
public enum Acknowledgement: String, Sendable, CaseIterable {
  /// Once the batch is admitted and counted against the memory budget.
  case accepted
  /// Once every exporter of the pipeline has confirmed.
  case delivered
}

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
