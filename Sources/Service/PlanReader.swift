internal import Components
internal import Configuration
internal import Pipelines
internal import Telemetry

/// Reads a configuration's components and pipelines and checks their references.
struct PlanReader {
  /// A component as the configuration has it.
  struct Configured<Make> {
    let make: Make
    let type: ComponentType
  }

  let registry: ComponentRegistry
  let problems: ConfigProblems
  private var receivers: [ComponentID: Configured<ReceiverFactory.Make>] = [:]
  private var processors: [ComponentID: Configured<ProcessorFactory.Make>] = [:]
  private var exporters: [ComponentID: Configured<ExporterFactory.Make>] = [:]
  private var extensions: [ComponentID: Configured<ExtensionFactory.Make>] = [:]
  /// The extensions that the service names, in its order.
  private(set) var used: [ExtensionPlan] = []
  private var waiting: ExporterWaiting?
  /// Ids that were written but could not be read: references to them are no second problem.
  private var failed: Set<ComponentID> = []

  init(registry: ComponentRegistry, problems: ConfigProblems) {
    self.registry = registry
    self.problems = problems
  }

  mutating func read(_ root: ConfigNode) -> (ServiceConfig, GraphPlan) {
    let section = ConfigSection(root, path: "", problems: problems)
    waiting = ExporterWaiting(root)
    guard !section.keys.isEmpty else {
      section.problem(
        "the configuration is empty; it needs receivers, exporters and a service section")
      return (ServiceConfig(from: section), graph(of: []))
    }
    receivers = read(.receiver, section, registry.receivers.map { ($0.type, $0.prepare) })
    processors = read(.processor, section, registry.processors.map { ($0.type, $0.prepare) })
    exporters = read(.exporter, section, registry.exporters.map { ($0.type, $0.prepare) })
    extensions = read(.extension, section, registry.extensions.map { ($0.type, $0.prepare) })
    refuseAll(.connector, section)
    let service = section.section("service")
    if let service { readExtensions(service) }
    let pipelines = service.map { readPipelines($0) } ?? []
    if service == nil { section.problem("there is no service section; it names the pipelines") }
    if receivers.isEmpty, !section.contains("receivers") {
      section.problem("no receiver is configured; add a receivers section")
    }
    if exporters.isEmpty, !section.contains("exporters") {
      section.problem("no exporter is configured; add an exporters section")
    }
    let config = ServiceConfig(
      from: service ?? ConfigSection(.init(.null, at: root.location), path: "", problems: problems))
    service?.finish()
    section.finish()
    return (config, graph(of: pipelines))
  }

  /// Only what pipelines use is made.
  private func graph(of pipelines: [PipelinePlan]) -> GraphPlan {
    let usedReceivers = Set(pipelines.flatMap(\.receivers))
    let usedProcessors = Set(pipelines.flatMap(\.processors))
    let usedExporters = Set(pipelines.flatMap(\.exporters))
    return GraphPlan(
      pipelines: pipelines,
      receivers: receivers.filter { usedReceivers.contains($0.key) }.mapValues(\.make),
      processors: processors.filter { usedProcessors.contains($0.key) }.mapValues(\.make),
      exporters: exporters.filter { usedExporters.contains($0.key) }.mapValues(\.make))
  }

  /// Decodes all components of one kind.
  private mutating func read<Make>(
    _ kind: ComponentKind, _ root: ConfigSection,
    _ factories: [(ComponentType, @Sendable (ConfigSection) -> Make)]
  ) -> [ComponentID: Configured<Make>] {
    guard let section = root.section(kind.section) else { return [:] }
    var configured: [ComponentID: Configured<Make>] = [:]
    for key in section.keys {
      guard let id = ComponentID(key) else {
        section.problem(key, "is no component id; write type or type/name")
        continue
      }
      guard let (type, prepare) = factories.first(where: { $0.0.isCalled(id.type) }) else {
        failed.insert(id)
        section.problem(key, unknownType(id, kind, factories.map(\.0)))
        continue
      }
      guard let own = section.section(key) else { continue }
      configured[id] = Configured(make: prepare(own), type: type)
    }
    return configured
  }

  private func unknownType(
    _ id: ComponentID, _ kind: ComponentKind, _ types: [ComponentType]
  ) -> String {
    let names = types.flatMap { [$0.name] + $0.aliases }
    let hint = Spelling.hint(for: id.type, among: names)
    return "unknown \(kind.rawValue) type \"\(id.type)\"\(hint) (known types: "
      + types.map(\.name).sorted().joined(separator: ", ") + ")"
  }

  private mutating func refuseAll(_ kind: ComponentKind, _ root: ConfigSection) {
    guard let section = root.section(kind.section) else { return }
    for key in section.keys {
      _ = section.node(key)
      section.problem(key, "this build has no \(kind.section)")
      if let id = ComponentID(key) { failed.insert(id) }
    }
  }
}

extension PlanReader {
  /// Only the extensions that the service names are made, in its order.
  private mutating func readExtensions(_ service: ConfigSection) {
    for (id, item) in service.references("extensions") {
      let reference = "references extension \"\(id)\""
      if used.contains(where: { $0.id == id }) {
        service.problem(item.location, "extensions", "\(reference) twice")
      } else if let configured = extensions[id] {
        used.append(ExtensionPlan(id: id, make: configured.make))
      } else if !failed.contains(id) {
        service.problem(
          item.location, "extensions",
          reference + advice(.extension, id, among: extensions.keys))
      }
    }
  }

  private func readPipelines(_ service: ConfigSection) -> [PipelinePlan] {
    guard let section = service.section("pipelines"), !section.keys.isEmpty else {
      service.problem("pipelines", "the service must have at least one pipeline")
      return []
    }
    return section.keys.compactMap { key in
      guard let id = PipelineID(key) else {
        let signals = Signal.allCases.map(\.rawValue).joined(separator: ", ")
        section.problem(key, "is no pipeline id; write \(signals), or one of them with /name")
        return nil
      }
      return section.section(key).map { readPipeline(id, $0) }
    }
  }

  private func readPipeline(_ id: PipelineID, _ section: ConfigSection) -> PipelinePlan {
    let usedProcessors = check(.processor, id, section, processors.mapValues(\.type))
    let usedExporters = check(.exporter, id, section, exporters.mapValues(\.type))
    // A batch processor answers for what it holds, as in the reference collector.
    let isSynchronous =
      waiting?.includesAll(usedExporters) == true
      && !usedProcessors.contains { processors[$0]?.type.isCalled("batch") == true }
    let plan = PipelinePlan(
      id: id,
      receivers: check(.receiver, id, section, receivers.mapValues(\.type)),
      processors: usedProcessors, exporters: usedExporters,
      acknowledge: section.choice(
        "acknowledge", default: isSynchronous ? .delivered : .accepted))
    for kind in [ComponentKind.receiver, .exporter] where section.isEmptyList(kind.section) {
      section.problem(kind.section, "a pipeline must have at least one \(kind.rawValue)")
    }
    section.finish()
    return plan
  }

  /// The references of one list, each to a configured component that handles the signal.
  private func check(
    _ kind: ComponentKind, _ pipeline: PipelineID, _ section: ConfigSection,
    _ configured: [ComponentID: ComponentType]
  ) -> [ComponentID] {
    var seen: [ComponentID] = []
    for (id, item) in section.references(kind.section) {
      let reference = "references \(kind.rawValue) \"\(id)\""
      if seen.contains(id) {
        section.problem(item.location, kind.section, "\(reference) twice")
      } else if let type = configured[id] {
        seen.append(id)
        if type.signals[pipeline.signal] == nil {
          section.problem(
            item.location, kind.section, "\(reference), which does not handle \(pipeline.signal)")
        }
      } else if !failed.contains(id) {
        section.problem(
          item.location, kind.section, reference + advice(kind, id, among: configured.keys))
      }
    }
    return seen
  }
}

extension PlanReader {
  /// What to do about a reference to a component that is not configured.
  private func advice(
    _ kind: ComponentKind, _ id: ComponentID, among ids: some Collection<ComponentID>
  ) -> String {
    let hint = Spelling.hint(for: "\(id)", among: ids.map(\.description))
    let advice = hint.isEmpty ? "; add \"\(id):\" to the section \(kind.section)" : hint
    return " which is not configured\(advice)"
  }
}

extension ConfigSection {
  /// Whether the list names nothing; what is no list is told elsewhere.
  fileprivate func isEmptyList(_ key: String) -> Bool {
    switch node(key)?.content {
    case nil, .null: true
    case .list(let items): items.isEmpty
    default: false
    }
  }

  /// The component ids of a list with the node of each; what is no id is a problem.
  fileprivate func references(_ key: String) -> [(id: ComponentID, node: ConfigNode)] {
    guard let list = node(key) else { return [] }
    guard case .list(let items) = list.content else {
      if case .null = list.content { return [] }
      problem(key, "expected a list of component ids, such as [otlp]")
      return []
    }
    return items.compactMap { item in
      guard case .string(let text) = item.content, let id = ComponentID(text) else {
        problem(item.location, key, "expected a component id, such as otlp or otlp/name")
        return nil
      }
      return (id, item)
    }
  }
}
