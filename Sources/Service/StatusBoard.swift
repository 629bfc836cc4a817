internal import Components
internal import Diagnostics
internal import Pipelines
internal import Synchronization

/// How every component is doing; tells the collector when one of them cannot go on.
final class StatusBoard: Host {
  private struct Entry {
    var status: ComponentStatus
    var since: WallTime
  }

  private struct State {
    var entries: [ComponentInstance: Entry] = [:]
    var extensions: [ComponentID: any Extension] = [:]
    var phase = CollectorHealth.Phase.starting
    var since: WallTime
  }

  private let state: Mutex<State>
  private let pipelines: [PipelinePlan]
  private let extensionOrder: [ComponentID]
  private let start: WallTime
  private let now: @Sendable () -> WallTime
  private let log: Log
  private let onFatal: @Sendable (ComponentInstance, String) -> Void
  /// The configuration as JSON without its secrets.
  let configuration: String?

  /// A board for the components of `plan`, none of which has reported; `now` gives the time.
  init(
    _ plan: CollectorPlan, log: Log, now: @escaping @Sendable () -> WallTime = { WallTime.now() },
    onFatal: @escaping @Sendable (ComponentInstance, String) -> Void
  ) {
    pipelines = plan.graph.pipelines
    extensionOrder = plan.extensions.map(\.id)
    configuration = plan.configuration
    start = now()
    state = Mutex(State(since: start))
    self.now = now
    self.log = log
    self.onFatal = onFatal
  }

  /// Says where the collector as a whole is.
  func enter(_ phase: CollectorHealth.Phase) {
    let time = now()
    state.withLock { state in
      guard state.phase != phase else { return }
      state.phase = phase
      state.since = time
    }
  }

  /// Makes the extension known to whoever asks for it.
  func add(_ extension: any Extension, as id: ComponentID) {
    state.withLock { $0.extensions[id] = `extension` }
  }

  func report(_ status: ComponentStatus, from instance: ComponentInstance) {
    let time = now()
    let isNew = state.withLock { state in
      let previous = state.entries[instance]
      let isSameKind = previous?.status.isSameKind(as: status) ?? false
      let since = isSameKind ? previous?.since ?? time : time
      state.entries[instance] = Entry(status: status, since: since)
      return previous?.status != status
    }
    guard isNew else { return }
    let name = instance.description
    switch status {
    case .fatalError(let reason):
      log.error("a component cannot go on", ["component": "\(name)", "reason": "\(reason)"])
      onFatal(instance, reason)
    default:
      log.debug("component status", ["component": "\(name)", "status": "\(status)"])
    }
  }

  /// A report of which only the id is known: from outside the pipelines.
  func report(_ status: ComponentStatus, from component: ComponentID) {
    report(status, from: ComponentInstance(.extension, component))
  }

  func `extension`(_ id: ComponentID) -> (any Extension)? {
    state.withLock { $0.extensions[id] }
  }

  func host(for instance: ComponentInstance) -> any Host {
    InstanceHost(board: self, instance: instance)
  }

  var health: CollectorHealth? {
    let state = state.withLock { (entries: $0.entries, phase: $0.phase, since: $0.since) }
    let part = { (instance: ComponentInstance) in
      let entry = state.entries[instance] ?? Entry(status: .starting, since: self.start)
      return CollectorHealth.Part(instance, entry.status, since: entry.since)
    }
    let groups = pipelines.map { pipeline in
      let name = pipeline.id.description
      let parts =
        pipeline.receivers.map { ComponentInstance(.receiver, $0) }
        + pipeline.processors.map { ComponentInstance(.processor, $0, in: name) }
        + pipeline.exporters.map { ComponentInstance(.exporter, $0) }
      return CollectorHealth.Group(name: name, parts: parts.map(part))
    }
    let extensions = extensionOrder.map { part(ComponentInstance(.extension, $0)) }
    return CollectorHealth(
      phase: state.phase, since: state.since, start: start, pipelines: groups,
      extensions: CollectorHealth.Group(name: "extensions", parts: extensions))
  }
}

/// The board as one component sees it.
private struct InstanceHost: Host {
  let board: StatusBoard
  let instance: ComponentInstance

  func report(_ status: ComponentStatus, from component: ComponentID) {
    board.report(status, from: instance)
  }

  func `extension`(_ id: ComponentID) -> (any Extension)? { board.extension(id) }
  func host(for instance: ComponentInstance) -> any Host { board.host(for: instance) }
  var health: CollectorHealth? { board.health }
  var configuration: String? { board.configuration }
}

extension ComponentStatus {
  /// Whether both are of one kind, whatever their reasons.
  fileprivate func isSameKind(as other: ComponentStatus) -> Bool {
    switch (self, other) {
    case (.recoverableError, .recoverableError), (.permanentError, .permanentError),
      (.fatalError, .fatalError):
      true
    default: self == other
    }
  }
}
