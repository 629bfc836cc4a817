internal import Bytes
internal import CProbeEvents
internal import Diagnostics
internal import EBPF
internal import Glibc
internal import Identity
internal import Telemetry

/// TCP connections and UDP flows with the processes they belong to, and the health of both.
final class NetworkCapability: ProbeCapability {
  let name = "network"
  let programBase = Int(PROBE_NETWORK_BASE.rawValue)
  let object = EmbeddedProbe.network

  private let config: NetworkConfig
  private let peers = LocalPeers()
  private var log = NetworkLog()
  private var listeners = NetworkListeners()
  private var metrics: NetworkMetrics?
  private var counts: NetworkHostCounts?
  private var datagrams: NetworkDatagrams?
  private var scan: NetworkScan?
  private var context: ProbeContext?
  private var own: OwnMetrics?
  private let namespace = NetworkCapability.ownNamespace()

  /// What the capability tells of itself.
  private struct OwnMetrics {
    let series: Gauge
    let overflows: Counter
    let names: Gauge
    let namesEvicted: Counter
    let listeners: Gauge
  }

  /// The capability with these options.
  init(_ config: NetworkConfig) {
    self.config = config
  }

  var interval: Duration { config.interval }

  var asksForPeerNames: Bool { true }

  func configure(_ object: borrowing BPFObject, _ limits: ProbeLimits) throws(BPFError) {
    try object.set("loopback", to: UInt8(config.loopback ? 1 : 0))
    try object.set("datagrams", to: UInt8(config.udp ? 1 : 0))
    // Without control groups of version 2 the end of a UDP socket is not seen.
    try object.set("release_seen", to: UInt8(NetworkCapability.hasControlGroups() ? 1 : 0))
    let entry = MemoryLayout<network_peer>.size + MemoryLayout<network_flow>.size
    try object.setMaximumEntries("datagram_flows", min(16_384, limits.entries(of: entry)))
  }

  func start(
    _ loaded: LoadedProbe, _ context: ProbeContext, _ output: inout ProbeOutput
  ) throws(BPFError) {
    self.context = context
    own = OwnMetrics(
      series: context.metrics.gauge("swiftlet_ebpf_network_series"),
      overflows: context.metrics.counter("swiftlet_ebpf_network_series_overflows"),
      names: context.metrics.gauge("swiftlet_ebpf_network_peer_names"),
      namesEvicted: context.metrics.counter("swiftlet_ebpf_network_peer_names_evicted"),
      listeners: context.metrics.gauge("swiftlet_ebpf_network_listeners"))
    let now = context.clock.unixNanoseconds(sinceBoot: BootClock.nanosecondsSinceBoot)
    metrics = NetworkMetrics(config, start: now)
    counts = try NetworkHostCounts(loaded)
    datagrams = NetworkDatagrams(try loaded.map("datagram_flows"), config.period)
    scan = try NetworkScan(loaded, config.period)
    try collectFlows(&output)
  }

  func take(_ record: Span<UInt8>, _ head: ProbeHead, _ output: inout ProbeOutput) -> Bool {
    guard let flow = NetworkFlow(record) else { return false }
    tell(flow, &output)
    return true
  }

  func collect(_ output: inout ProbeOutput) throws(BPFError) {
    try collectFlows(&output)
    publish()
    writeMetrics(&output)
  }

  func stop(_ output: inout ProbeOutput) {
    // What goes on would not be told of any more; a kernel that refuses now has nothing to tell.
    try? counts?.clearStates()
    try? scan?.run(all: true) { record in
      if let flow = NetworkFlow(record) { tell(flow, &output) }
    }
    try? datagrams?.collect(all: true) { tell($0, &output) }
    writeMetrics(&output)
  }

  private func writeMetrics(_ output: inout ProbeOutput) {
    guard config.metrics, let metrics else { return }
    metrics.write(&output.metrics)
    metrics.expire(at: BootClock.nanosecondsSinceBoot)
    output.metrics.startTime = metrics.start
    output.metrics.select(scope: NetworkMetrics.scope)
    counts?.write(&output.metrics)
  }

  private func publish() {
    guard let own, let context else { return }
    own.series.set(metrics?.series.count ?? 0)
    own.overflows.add((metrics?.overflowCount ?? 0) - own.overflows.value)
    own.names.set(context.names.count)
    own.namesEvicted.add(context.names.evictionCount - own.namesEvicted.value)
    own.listeners.set(peers.listenerCount)
  }

  private static func hasControlGroups() -> Bool {
    ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"].contains {
      // Version 1 has no such file; the path is read during the call only.
      unsafe access($0 + "/cgroup.controllers", F_OK) == 0
    }
  }

  private func collectFlows(_ output: inout ProbeOutput) throws(BPFError) {
    try counts?.clearStates()
    try scan?.run { record in
      if let flow = NetworkFlow(record) { tell(flow, &output) }
    }
    try datagrams?.collect(all: false) { tell($0, &output) }
  }

  private func tell(_ flow: NetworkFlow, _ output: inout ProbeOutput) {
    guard let context else { return }
    peers.note(flow)
    if ConnectionOwners.process.isWanted { noteOwner(of: flow, context.processes) }
    guard config.filter.wants(flow) else { return }
    if flow.isListener { return tellListener(flow, context, &output) }
    let processes = context.processes
    let entry = owner(of: flow, processes)
    guard config.filter.wants(entry) else { return }
    let resource = processes.resource(of: entry)
    let peerName = context.names.name(of: flow.remote, at: flow.time)
    if config.metrics, flow.cause != .existing {
      metrics?.add(flow, of: entry, resource, peerName: peerName, observed: output.observed)
    }
    guard config.logs, flow.isTCP || config.udpLogs else { return }
    var peer = NetworkLog.Peer(name: peerName)
    if let key = peers.peer(of: flow), let process = processes.look(up: key) {
      peer.process = process
      peer.resource = processes.resource(of: process)
      peer.attributes = processes.attributes(of: process)
    }
    let shared = resource.attributes.bytes
    output.logs.select(resource: shared.span, scope: NetworkMetrics.scope)
    log.write(flow, processes.attributes(of: entry), peer, context.clock, &output)
  }

  private func tellListener(
    _ listener: NetworkFlow, _ context: ProbeContext, _ output: inout ProbeOutput
  ) {
    guard config.logs, listeners.isNews(listener) else { return }
    let processes = context.processes
    let entry = owner(of: listener, processes)
    guard config.filter.wants(entry) else { return }
    let shared = processes.resource(of: entry).attributes.bytes
    output.logs.select(resource: shared.span, scope: NetworkMetrics.scope)
    listeners.write(listener, processes.attributes(of: entry), context.clock, &output)
  }

  /// Tells whoever asks which process made a connection within this system.
  private func noteOwner(of flow: NetworkFlow, _ processes: ProcessTable) {
    let (local, remote) = (flow.local, flow.remote)
    guard flow.isTCP, flow.role == .client, local == remote || local.isLoopback,
      flow.namespace == namespace
    else { return }
    let entry = owner(of: flow, processes)
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

  /// The owner as the table knows it, else as the record tells it.
  private func owner(of flow: NetworkFlow, _ processes: ProcessTable) -> ProcessEntry {
    guard let entry = processes.look(up: flow.owner) else {
      return processes.note(flow.owner, flow.image)
    }
    // /proc does not tell which image it is.
    if entry.execSequence == nil { return processes.note(flow.owner, flow.image) }
    return entry
  }
}
