internal import Components
public import Diagnostics
public import Dispatch
internal import Pipelines
internal import Queues
internal import Synchronization
internal import Telemetry

/// The running whole: shards, pipelines, and their start and stop.
public final class Collector: Sendable {
  /// Why a collector could not start, in words for the user.
  public struct StartError: Error, CustomStringConvertible {
    /// What happened and what to do.
    public let description: String
  }

  private let plan: CollectorPlan
  private let shards: Shards
  private let graph: PipelineGraph
  private let status: StatusBoard
  private let log: Log
  /// The collector's own metrics.
  public let metrics: MetricsRegistry

  /// Makes every component of `plan` without opening anything.
  ///
  /// `onFatal` is called, once or more, when a component cannot go on.
  public init(
    _ plan: CollectorPlan, log: Log, onFatal: @escaping @Sendable (String) -> Void
  ) throws(StartError) {
    self.plan = plan
    self.log = log
    let metrics = MetricsRegistry()
    self.metrics = metrics
    status = StatusBoard(log: log) { component, reason in onFatal("\(component): \(reason)") }
    let shardCount = plan.service.shardCount ?? Machine.defaultShardCount
    let memory = MemoryBudget(limit: plan.service.memoryLimit ?? Machine.defaultMemoryLimit)
    do {
      let shards = try Shards(count: shardCount)
      self.shards = shards
      graph = try PipelineGraph(plan.graph, shards: shards) { kind, id, pipeline in
        Collector.settings(kind, id, pipeline, shards, log, metrics, memory)
      }
    } catch let error as SystemError {
      throw StartError(description: "cannot make the event queues: \(error)")
    } catch {
      throw StartError(description: "\(error)")
    }
  }

  /// Starts every component and writes what runs where.
  ///
  /// - Throws: the first component's error; nothing is left running.
  public func start() throws(StartError) {
    do {
      try graph.start(status)
    } catch {
      shards.close()
      throw StartError(description: error.description)
    }
    for pipeline in plan.graph.pipelines {
      log.info(
        "Pipeline started",
        [
          "pipeline": "\(pipeline.id)", "receivers": .list(pipeline.receivers),
          "processors": .list(pipeline.processors), "exporters": .list(pipeline.exporters),
          "acknowledge": "\(pipeline.acknowledge)",
        ])
    }
    log.info(
      "Everything is ready", ["version": "\(Version.number)", "shards": .int(shards.all.count)])
  }

  /// Stops receivers, drains the pipelines and stops exporters; waits, at most until `deadline`.
  ///
  /// Call once, from a thread that may block. Tells whether all stopped in time.
  public func stop(by deadline: DispatchTime) -> Bool {
    let inTime = graph.stop(by: deadline, host: status)
    shards.close()
    return inTime
  }

  /// The items that were acknowledged to their senders and that the stop has lost.
  public var lostItemCount: Int { graph.lostItemCount }

  private static func settings(
    _ kind: ComponentKind, _ id: ComponentID, _ pipeline: PipelineID?, _ shards: Shards,
    _ log: Log, _ metrics: MetricsRegistry, _ memory: MemoryBudget
  ) -> ComponentSettings {
    var scope = MetricsScope(metrics).with(kind.rawValue, id.description)
    var componentLog = log.with([
      "kind": "\(kind.rawValue)", "name": "\(id)",
    ])
    if let pipeline {
      scope = scope.with("pipeline", pipeline.description)
      componentLog = componentLog.with(["pipeline": "\(pipeline)"])
    }
    return ComponentSettings(
      id: id, shards: shards, log: componentLog, metrics: scope, memory: memory,
      version: Version.number)
  }
}

extension LogValue {
  fileprivate static func list(_ ids: [ComponentID]) -> LogValue {
    .string(ids.map(\.description).joined(separator: ","))
  }
}
