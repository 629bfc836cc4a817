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
    var steps: [ProcessorStep] = []
    for id in pipeline.processors.reversed() {
      guard let make = plan.processors[id] else { continue }
      let own = settings(.processor, id, pipeline.id)
      let processor: any Processor
      (processor, next) = try naming(id) { [next] () throws(ComponentError) in
        try step(make, own, pipeline.id.signal, before: next)
      }
      let instance = ComponentInstance(.processor, id, in: pipeline.id.description)
      processors.insert(Node(instance: instance, component: processor), at: 0)
      // A run takes the place of the shorter one that it has joined.
      let run = next as? EditingRun
      if let count = run?.processors.count, count > 1 { steps.removeFirst() }
      let outlines = processors.prefix(run?.processors.count ?? 1).map(\.outline)
      steps.insert(ProcessorStep(processors: outlines, reach: run?.reach), at: 0)
    }
    let own = settings(.processor, ComponentID(type: "pipeline"), pipeline.id)
    let metrics = PipelineMetrics(own.metrics.registry, pipeline.id)
    let entry = PipelineEntry(
      acknowledge: pipeline.acknowledge, next: next, log: own.log, metrics: metrics,
      on: shards.next())
    return Pipeline(
      plan: pipeline, entry: entry, processors: processors, steps: steps, fanOut: fanOut)
  }

  /// Makes a processor and what hands batches to it: one that edits joins a run of others behind it.
  private static func step(
    _ make: ProcessorFactory.Make, _ settings: ComponentSettings, _ signal: Signal,
    before next: any Consumer
  ) throws(ComponentError) -> (any Processor, any Consumer) {
    let flow = ItemFlow(settings.metrics)
    let processor = try make(settings, signal, CountedConsumer(next, flow.outgoing))
    if let editing = processor as? EditingProcessor {
      return (editing, EditingRun(editing, before: next))
    }
    return (processor, CountedConsumer(processor, flow.incoming))
  }

  /// Makes each receiver once, with an outlet for every signal that a pipeline takes from it.
  static func makeReceivers(
    _ plan: GraphPlan, _ pipelines: [Pipeline], _ shards: Shards, _ settings: SettingsMaker
  ) throws(ComponentError) -> ([Node], [FanOut]) {
    let entries = Dictionary(uniqueKeysWithValues: pipelines.map { ($0.id, $0.entry) })
    var nodes: [Node] = []
    var slowNodes: [Node] = []
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
      let node = Node(instance: ComponentInstance(.receiver, id), component: receiver)
      if receiver.startsSlowly { slowNodes.append(node) } else { nodes.append(node) }
    }
    return (nodes + slowNodes, fanOuts)
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
