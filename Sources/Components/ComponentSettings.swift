public import Diagnostics
public import Queues
public import Telemetry

/// What the collector gives a component beside its configuration.
public struct ComponentSettings: Sendable {
  /// The component's id.
  public let id: ComponentID
  /// The process's shards.
  public let shards: Shards
  /// The log, with the component's fields.
  public let log: Log
  /// The metrics, with the component's labels.
  public let metrics: MetricsScope
  /// The account of the bytes that batches hold.
  public let memory: MemoryBudget
  /// The version of the collector, for user agents.
  public let version: String

  /// Settings of these parts.
  public init(
    id: ComponentID, shards: Shards, log: Log, metrics: MetricsScope, memory: MemoryBudget,
    version: String
  ) {
    self.id = id
    self.shards = shards
    self.log = log
    self.metrics = metrics
    self.memory = memory
    self.version = version
  }
}

/// Where a component's output goes; a signal that no pipeline wants is absent.
public typealias Outlets = [Signal: any Consumer]
