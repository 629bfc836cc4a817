internal import Bytes
internal import Glibc
internal import Identity
internal import Telemetry

/// What the capability does with flows and what it knows meanwhile.
///
/// A value, so that a record is one access of all that it needs.
struct NetworkWork: ~Copyable {
  /// What it tells of itself.
  struct Figures {
    let seriesCount: Int
    let overflowCount: Int
    let listenerCount: Int
  }

  private let config: NetworkConfig
  private let wantsAllFlows: Bool
  private let processes: ProcessTable
  private let connectionOwners = ConnectionOwners.process
  private let namespace = NetworkWork.ownNamespace()
  private var peers = LocalPeers()
  private var contexts: FlowContexts
  private var metrics: NetworkMetrics
  private var log = NetworkLog()
  private var listeners = NetworkListeners()
  /// The owner's number and the selection of the record that was written last.
  private var selected = (owner: 0, selection: 0)

  /// Work with these options; sums of metrics begin at `start`, in nanoseconds since 1970.
  init(_ config: NetworkConfig, _ processes: ProcessTable, _ names: PeerNames, start: UInt64) {
    self.config = config
    self.processes = processes
    wantsAllFlows = config.filter.wantsAllFlows
    contexts = FlowContexts(processes, names, config.filter)
    metrics = NetworkMetrics(config, start: start)
  }

  var figures: Figures {
    Figures(
      seriesCount: metrics.series.count, overflowCount: metrics.overflowCount,
      listenerCount: peers.listenerCount)
  }

  /// Tells of a flow or of a listening socket.
  mutating func tell(_ flow: NetworkFlow, _ output: inout ProbeOutput) {
    var peer = peers.note(flow)
    if connectionOwners.isWanted { noteOwner(of: flow) }
    guard wantsAllFlows || config.filter.wants(flow) else { return }
    if flow.isListener { return tellListener(flow, &output) }
    if peer == .nobody { peer = peers.listener(askedBy: flow) ?? .nobody }
    let known = contexts.flow(flow, peer: peer, round: output.observed)
    guard contexts.flows[known].isWanted else { return }
    if config.metrics, flow.cause != .existing { count(flow, known, output.observed) }
    guard config.logs, flow.isTCP || config.udpLogs else { return }
    select(known, &output)
    log.write(
      flow, contexts.bytes, contexts.flows[known].attributes, processes.boot, &output)
  }

  /// Writes the metrics of all flows, and has what else is written belong to no process.
  mutating func writeMetrics(_ output: inout ProbeOutput) {
    metrics.write(&output.metrics)
    metrics.expire(at: BootClock.nanosecondsSinceBoot)
    output.metrics.startTime = metrics.start
    output.metrics.select(scope: NetworkMetrics.scope)
  }

  /// Has records belong to the resource of the flows' owner, as they mostly do already.
  private mutating func select(_ known: Int, _ output: inout ProbeOutput) {
    let owner = contexts.flows[known].parts.owner
    if owner == selected.owner, output.logs.selection == selected.selection { return }
    output.logs.select(
      resource: contexts.parts.span.extracting(contexts.flows[known].resourceAttributes),
      scope: NetworkMetrics.scope)
    selected = (owner, output.logs.selection)
  }

  private mutating func tellListener(_ listener: NetworkFlow, _ output: inout ProbeOutput) {
    guard config.logs, listeners.isNews(listener) else { return }
    let entry = processes.owner(of: listener)
    guard config.filter.wants(entry) else { return }
    let shared = processes.resource(of: entry).attributes.bytes
    output.logs.select(resource: shared.span, scope: NetworkMetrics.scope)
    listeners.write(listener, processes.attributes(of: entry), processes.boot, &output)
  }

  private mutating func count(_ flow: NetworkFlow, _ known: Int, _ round: UInt64) {
    if contexts.flows[known].seriesGeneration == metrics.generation {
      return metrics.add(flow, to: contexts.flows[known].series)
    }
    guard let parties = contexts.parties(of: flow, round: round),
      let place = metrics.add(flow, parties, observed: round)
    else { return }
    contexts.flows[known].series = place
    contexts.flows[known].seriesGeneration = metrics.generation
  }

  /// Tells whoever asks which process made a connection within this system.
  ///
  /// Mutating, as otherwise the compiler copies all of this.
  private mutating func noteOwner(of flow: NetworkFlow) {
    let (local, remote) = (flow.local, flow.remote)
    guard flow.isTCP, flow.role == .client, local == remote || local.isLoopback,
      flow.namespace == namespace
    else { return }
    let entry = processes.owner(of: flow)
    let image = flow.image(of: entry.program)
    connectionOwners.note(
      ConnectionOwners.Ends(
        sender: (local.high, local.low), port: flow.localPort,
        receiver: (remote.high, remote.low), port: flow.remotePort),
      ConnectionOwners.Owner(
        flow.owner, image, cgroup: processes.cgroup(of: entry), opened: flow.opened))
  }

  /// The inode of this process's network namespace; 0 where it is not known.
  private static func ownNamespace() -> UInt32 {
    var status = stat()
    // Both pointers are valid for the call.
    guard unsafe stat("/proc/self/ns/net", &status) == 0 else { return 0 }
    return UInt32(truncatingIfNeeded: status.st_ino)
  }
}
