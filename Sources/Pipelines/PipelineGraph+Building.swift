internal import Components
internal import Diagnostics
internal import Queues
internal import Telemetry

extension PipelineGraph {
  static func makeExporters(
    _ plan: GraphPlan, _ settings: SettingsMaker
  ) throws(ComponentError) -> [ComponentID: any Exporter] {
    var made: [ComponentID: any Exporter] = [:]
    for (id, make) in plan.exporters {
      made[id] = try naming(id) { () throws(ComponentError) in
        try make(settings(.exporter, id, nil))
      }
    }
    return made
  }

  /// Wires one pipeline from its exporters back to its entry.
  static func build(
    _ pipeline: PipelinePlan, _ plan: GraphPlan, _ exporters: [ComponentID: any Exporter],
    _ shards: Shards, _ settings: SettingsMaker
  ) throws(ComponentError) -> Pipeline {
    let targets: [any Consumer] = pipeline.exporters.compactMap { exporters[$0] }
    let fanOut = targets.count > 1 ? FanOut(to: targets, on: shards.next()) : nil
    var next: any Consumer = fanOut ?? targets[0]
    var processors: [Node] = []
    for id in pipeline.processors.reversed() {
      guard let make = plan.processors[id] else { continue }
      let following = next
      let processor = try naming(id) { () throws(ComponentError) in
        try make(settings(.processor, id, pipeline.id), pipeline.id.signal, following)
      }
      let instance = ComponentInstance(.processor, id, in: pipeline.id.description)
      processors.insert(Node(instance: instance, component: processor), at: 0)
      next = processor
    }
    let own = settings(.processor, ComponentID(type: "pipeline"), pipeline.id)
    let metrics = PipelineMetrics(own.metrics.registry, pipeline.id)
    let entry = PipelineEntry(
      acknowledge: pipeline.acknowledge, next: next, log: own.log, metrics: metrics,
      on: shards.next())
    return Pipeline(id: pipeline.id, entry: entry, processors: processors, fanOut: fanOut)
  }

  /// Makes each receiver once, with an outlet for every signal that a pipeline takes from it.
  static func makeReceivers(
    _ plan: GraphPlan, _ pipelines: [Pipeline], _ shards: Shards, _ settings: SettingsMaker
  ) throws(ComponentError) -> ([Node], [FanOut]) {
    let entries = Dictionary(uniqueKeysWithValues: pipelines.map { ($0.id, $0.entry) })
    var nodes: [Node] = []
    var fanOuts: [FanOut] = []
    let ordered = plan.receivers.sorted { $0.key.description < $1.key.description }
    for (id, make) in ordered {
      var outlets: Outlets = [:]
      for signal in Signal.allCases {
        let targets = plan.pipelines
          .filter { $0.id.signal == signal && $0.receivers.contains(id) }
          .compactMap { entries[$0.id] }
        if targets.count == 1 { outlets[signal] = targets[0] }
        if targets.count > 1 {
          let fanOut = FanOut(to: targets, on: shards.next())
          fanOuts.append(fanOut)
          outlets[signal] = fanOut
        }
      }
      let wired = outlets
      let receiver = try naming(id) { () throws(ComponentError) in
        try make(settings(.receiver, id, nil), wired)
      }
      nodes.append(Node(instance: ComponentInstance(.receiver, id), component: receiver))
    }
    return (nodes, fanOuts)
  }

  private static func naming<Made>(
    _ id: ComponentID, _ make: () throws(ComponentError) -> Made
  ) throws(ComponentError) -> Made {
    do {
      return try make()
    } catch {
      throw ComponentError("\(id): \(error.description)")
    }
  }
}
