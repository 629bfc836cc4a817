public import Components
public import Dispatch
internal import Diagnostics
public import Queues
internal import Synchronization
internal import Telemetry

/// The wired pipelines and their life.
///
/// Built and started from the exporters to the receivers, so that whatever a component hands on
/// finds somebody; stopped from the receivers to the exporters, so that what is held drains in order.
public final class PipelineGraph: Sendable {
  /// What the graph needs to make a component: its kind and id, and its pipeline for a processor.
  public typealias SettingsMaker =
    @Sendable (ComponentKind, ComponentID, PipelineID?) -> ComponentSettings

  /// A pipeline's parts between its receivers and its exporters.
  struct Pipeline: Sendable {
    let plan: PipelinePlan
    let entry: PipelineEntry
    /// In the order in which batches pass.
    let processors: [Node]
    /// The processors as they run: those that share a pass are one step.
    let steps: [ProcessorStep]
    let fanOut: FanOut?

    var id: PipelineID { plan.id }
  }

  /// A component with its id.
  struct Node: Sendable {
    let instance: ComponentInstance
    let component: any Component

    var id: ComponentID { instance.id }
    var outline: ComponentOutline { ComponentOutline(id: id, text: component.outline) }

    /// Tells `host` how the component is doing.
    func report(_ status: ComponentStatus, to host: any Host) {
      host.host(for: instance).report(status, from: id)
    }
  }

  private let exporters: [Node]
  private let pipelines: [Pipeline]
  private let receivers: [Node]
  private let receiverFanOuts: [FanOut]
  private let started = Mutex<[Node]>([])

  /// Makes every component of `plan` and wires them.
  ///
  /// - Throws: the first component's error, with its id.
  public init(
    _ plan: GraphPlan, shards: Shards, settings: SettingsMaker
  ) throws(ComponentError) {
    let made = try PipelineGraph.makeExporters(plan, settings)
    exporters = made.sorted { $0.key.description < $1.key.description }
      .map { Node(instance: ComponentInstance(.exporter, $0.key), component: $0.value) }
    var built: [Pipeline] = []
    for pipeline in plan.pipelines {
      built.append(try PipelineGraph.build(pipeline, plan, made, shards, settings))
    }
    pipelines = built
    (receivers, receiverFanOuts) = try PipelineGraph.makeReceivers(plan, built, shards, settings)
  }

  /// Starts exporters, then processors, then receivers; when one fails, stops those that run.
  ///
  /// - Throws: the failing component's error, with its id in front.
  public func start(_ host: any Host) throws(ComponentError) {
    let order = exporters + pipelines.flatMap { $0.processors.reversed() } + receivers
    for node in order {
      node.report(.starting, to: host)
      do {
        try node.component.start(host.host(for: node.instance))
      } catch {
        node.report(.permanentError(error.description), to: host)
        stopStarted()
        throw ComponentError("\(node.id): \(error.description)")
      }
      started.withLock { $0.append(node) }
      node.report(.ok, to: host)
    }
  }

  /// Stops receivers, drains pipelines in order, then stops exporters; waits, at most until `deadline`.
  ///
  /// Receivers get half of the time and all before the exporters three quarters, so that senders who
  /// do not finish, or a queue that stays full, leave time to deliver what is held.
  /// Call from a queue that may block. Tells whether everything stopped in time.
  @discardableResult
  public func stop(by deadline: DispatchTime, host: any Host) -> Bool {
    for node in receivers { node.report(.stopping, to: host) }
    let now = DispatchTime.now()
    let time = deadline > now ? deadline.uptimeNanoseconds - now.uptimeNanoseconds : 0
    let half = now + .nanoseconds(Int(clamping: time / 2))
    let threeQuarters = now + .nanoseconds(Int(clamping: time / 4 * 3))
    var inTime = wait(until: half) { done in
      receivers.map { node in { node.component.stop(by: half, done) } }
    }
    for pipeline in pipelines { pipeline.entry.stop() }
    inTime =
      wait(until: threeQuarters) { done in
        receiverFanOuts.map { fanOut in { fanOut.stop(by: threeQuarters, done) } }
      } && inTime
    let longest = pipelines.map(\.processors.count).max() ?? 0
    for position in 0..<longest {
      inTime =
        wait(until: threeQuarters) { done in
          pipelines.filter { position < $0.processors.count }.map { pipeline in
            { pipeline.processors[position].component.stop(by: threeQuarters, done) }
          }
        } && inTime
    }
    inTime =
      wait(until: threeQuarters) { done in
        pipelines.compactMap(\.fanOut).map { fanOut in { fanOut.stop(by: threeQuarters, done) } }
      } && inTime
    inTime =
      wait(until: deadline) { done in
        exporters.map { node in { node.component.stop(by: deadline, done) } }
      } && inTime
    for node in started.withLock({ $0 }) { node.report(.stopped, to: host) }
    return inTime
  }

  /// The pipelines as they run, in the order of the plan.
  public var outlines: [PipelineOutline] {
    pipelines.map { pipeline in
      PipelineOutline(
        id: pipeline.id, acknowledge: pipeline.plan.acknowledge,
        receivers: outlines(of: pipeline.plan.receivers, among: receivers), steps: pipeline.steps,
        exporters: outlines(of: pipeline.plan.exporters, among: exporters))
    }
  }

  private func outlines(of ids: [ComponentID], among nodes: [Node]) -> [ComponentOutline] {
    ids.compactMap { id in nodes.first { $0.id == id }?.outline }
  }

  /// The items that were acknowledged to their senders and that the stop has lost.
  public var lostItemCount: Int { pipelines.reduce(0) { $0 + $1.entry.lostItemCount } }

  /// Starts all stops of a stage and waits for their ends; a little longer than the deadline, so that
  /// components can settle what they give up.
  private func wait(
    until deadline: DispatchTime,
    _ stops: (_ done: @escaping @Sendable () -> Void) -> [() -> Void]
  ) -> Bool {
    let group = DispatchGroup()
    for stop in stops({ group.leave() }) {
      group.enter()
      stop()
    }
    return group.wait(timeout: max(deadline, .now()) + .milliseconds(500)) == .success
  }

  private func stopStarted() {
    let running = started.withLock { $0.reversed() }
    for node in running {
      _ = wait(until: .now() + .seconds(1)) { done in
        [{ node.component.stop(by: .now() + .seconds(1), done) }]
      }
    }
  }
}
