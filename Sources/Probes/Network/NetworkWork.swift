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
  private let namespace = NetworkWork.ownNamespace()
  private var peers = LocalPeers()
  private var contexts: FlowContexts
  private var metrics: NetworkMetrics
  private let log = NetworkLog()
  private var listeners = NetworkListeners()

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
    peers.note(flow)
    if ConnectionOwners.process.isWanted { noteOwner(of: flow) }
    guard wantsAllFlows || config.filter.wants(flow) else { return }
    if flow.isListener { return tellListener(flow, &output) }
    contexts.begin()
    let round = output.observed
    let owner = contexts.owner(of: flow, round: round)
    guard contexts.owners[owner].isWanted else { return }
    let ends = contexts.ends(of: flow, round: round)
    if config.metrics, flow.cause != .existing { count(flow, owner, ends, round) }
    guard config.logs, flow.isTCP || config.udpLogs else { return }
    let peer = contexts.peer(peers.peer(of: flow), round: round)
    let encoded = contexts.bytes.span
    output.logs.select(
      resource: encoded.extracting(contexts.owners[owner].resourceAttributes),
      scope: NetworkMetrics.scope)
    log.write(
      flow, owner: encoded.extracting(contexts.owners[owner].attributes),
      ends: encoded.extracting(contexts.ends[ends].attributes), peer: encoded.extracting(peer),
      processes.boot, &output)
  }

  /// Writes the metrics of all flows, and has what else is written belong to no process.
  mutating func writeMetrics(_ output: inout ProbeOutput) {
    metrics.write(&output.metrics)
    metrics.expire(at: BootClock.nanosecondsSinceBoot)
    output.metrics.startTime = metrics.start
    output.metrics.select(scope: NetworkMetrics.scope)
  }

  private mutating func tellListener(_ listener: NetworkFlow, _ output: inout ProbeOutput) {
    guard config.logs, listeners.isNews(listener) else { return }
    let entry = processes.owner(of: listener)
    guard config.filter.wants(entry) else { return }
    let shared = processes.resource(of: entry).attributes.bytes
    output.logs.select(resource: shared.span, scope: NetworkMetrics.scope)
    listeners.write(listener, processes.attributes(of: entry), processes.boot, &output)
  }

  private mutating func count(_ flow: NetworkFlow, _ owner: Int, _ ends: Int, _ observed: UInt64) {
    let shortcut = SeriesShortcut(
      owner: contexts.owners[owner].number, ends: contexts.ends[ends].number,
      serverPort: flow.serverPort)
    if metrics.add(flow, shortcut) { return }
    guard let source = contexts.owners[owner].source else { return }
    metrics.add(
      flow,
      .init(
        owner: source.entry, resource: source.resource, peerName: contexts.ends[ends].name),
      shortcut, observed: observed)
  }

  /// Tells whoever asks which process made a connection within this system.
  private func noteOwner(of flow: NetworkFlow) {
    let (local, remote) = (flow.local, flow.remote)
    guard flow.isTCP, flow.role == .client, local == remote || local.isLoopback,
      flow.namespace == namespace
    else { return }
    let entry = processes.owner(of: flow)
    var image = flow.image
    if image.executablePath.isEmpty { image.executablePath = entry.executablePath }
    if image.command.isEmpty { image.command = entry.command }
    ConnectionOwners.process.note(
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
