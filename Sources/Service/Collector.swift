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

  let plan: CollectorPlan
  let shards: Shards
  private let extensions: [(id: ComponentID, component: any Extension)]
  private let endpoints: [MetricsEndpoint]
  private let logPushes: [OwnLogPush]
  let graph: PipelineGraph
  private let metricPushes: [OwnMetricPush]
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
    logPushes = plan.service.logProcessors.map {
      OwnLogPush(
        $0, minimumLevel: plan.service.logLevel, resource: plan.service.resource.attributes)
    }
    let log = logPushes.isEmpty ? log : log.writing(to: logPushes)
    self.log = log
    let metrics = MetricsRegistry(level: plan.service.metrics.level)
    self.metrics = metrics
    metricPushes = Collector.metricPushes(plan.service, metrics, log)
    let status = StatusBoard(plan, log: log) { onFatal("\($0.id): \($1)") }
    self.status = status
    let shardCount = plan.service.shardCount ?? Machine.defaultShardCount
    let memory = MemoryBudget(limit: plan.service.memoryLimit ?? Machine.defaultMemoryLimit)
    Collector.register(memory, logPushes, metricPushes, in: metrics)
    do {
      let shards = try Shards(count: shardCount)
      self.shards = shards
      var extensions: [(id: ComponentID, component: any Extension)] = []
      for planned in plan.extensions {
        let own = Collector.settings(.extension, planned.id, nil, shards, log, metrics, memory)
        extensions.append((planned.id, try planned.make(own)))
        status.add(extensions[extensions.count - 1].component, as: planned.id)
      }
      self.extensions = extensions
      endpoints = Collector.endpoints(plan.service, metrics, shards, log)
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
    for push in logPushes { push.open(on: shards.next()) }
    for push in metricPushes { push.open(on: shards.next()) }
    do {
      try startExtensions()
      try graph.start(status)
    } catch {
      stopExtensions(by: .now() + .seconds(1))
      shards.close()
      throw StartError(description: error.description)
    }
    status.enter(.running)
    for pipeline in plan.graph.pipelines {
      log.info(
        "pipeline started",
        [
          "pipeline": "\(pipeline.id)", "receivers": .list(pipeline.receivers),
          "processors": .list(pipeline.processors), "exporters": .list(pipeline.exporters),
          "acknowledge": "\(pipeline.acknowledge)",
        ])
    }
    log.info(
      "everything is ready", ["version": "\(Version.number)", "shards": .int(shards.all.count)])
  }

  /// Stops receivers, drains the pipelines and stops exporters; waits, at most until `deadline`.
  ///
  /// Call once, from a thread that may block. Tells whether all stopped in time.
  public func stop(by deadline: DispatchTime) -> Bool {
    status.enter(.stopping)
    let inTime = graph.stop(by: deadline, host: status)
    // Extensions answer until everything else has stopped; a second is enough to close them.
    stopExtensions(by: .now() + .seconds(1))
    shards.close()
    return inTime
  }

  /// The items that were acknowledged to their senders and that the stop has lost.
  public var lostItemCount: Int { graph.lostItemCount }

  /// Extensions run before and after everything else, so that they can tell about it.
  private func startExtensions() throws(ComponentError) {
    for endpoint in endpoints { try endpoint.start() }
    for (id, component) in extensions {
      let own = status.host(for: ComponentInstance(.extension, id))
      own.report(.starting, from: id)
      do {
        try component.start(own)
      } catch {
        throw ComponentError("\(id): \(error.description)")
      }
      own.report(.ok, from: id)
    }
  }

  private func stopExtensions(by deadline: DispatchTime) {
    for (_, component) in extensions.reversed() {
      let stopped = DispatchSemaphore(value: 0)
      component.stop(by: deadline) { stopped.signal() }
      _ = stopped.wait(timeout: deadline + .milliseconds(500))
    }
    for endpoint in endpoints {
      let stopped = DispatchSemaphore(value: 0)
      endpoint.stop(by: deadline) { stopped.signal() }
      _ = stopped.wait(timeout: deadline + .milliseconds(500))
    }
    for push in metricPushes { push.close(by: deadline) }
    for push in logPushes { push.close(by: deadline) }
  }

  /// Adds the metrics of the collector as a whole.
  private static func register(
    _ memory: MemoryBudget, _ logPushes: [OwnLogPush], _ metricPushes: [OwnMetricPush],
    in metrics: MetricsRegistry
  ) {
    ProcessMetrics.register(in: metrics)
    metrics.observe("swiftlet_memory_held_bytes", []) { memory.heldByteCount }
    metrics.observe("swiftlet_memory_limit_bytes", []) { memory.limit }
    for (index, push) in logPushes.enumerated() {
      metrics.observeSum("swiftlet_log_lost_lines", [.init("processor", "\(index)")]) {
        Double(push.lost.value)
      }
    }
    for (index, push) in metricPushes.enumerated() {
      metrics.observeSum("swiftlet_metrics_lost_exports", [.init("reader", "\(index)")]) {
        Double(push.lost.value)
      }
    }
  }

  private static func metricPushes(
    _ config: ServiceConfig, _ metrics: MetricsRegistry, _ log: Log
  ) -> [OwnMetricPush] {
    guard config.metrics.level > .none else { return [] }
    return config.metrics.pushes.map {
      OwnMetricPush($0, registry: metrics, resource: config.resource.attributes, log: log)
    }
  }

  private static func endpoints(
    _ config: ServiceConfig, _ metrics: MetricsRegistry, _ shards: Shards, _ log: Log
  ) -> [MetricsEndpoint] {
    guard config.metrics.level > .none else { return [] }
    return config.metrics.pulls.map { pull in
      MetricsEndpoint(
        pull, level: config.metrics.level, registry: metrics,
        resource: config.resource.attributes, shards: shards, log: log)
    }
  }

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
