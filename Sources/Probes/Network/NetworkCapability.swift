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
  // The check of exclusive access takes 130 instructions a record. `take`, `collect` and `stop` are called one after the other on
  // one queue, and nothing that they call comes back here.
  @safe @exclusivity(unchecked) private var work: NetworkWork?
  private var counts: NetworkHostCounts?
  private var datagrams: NetworkDatagrams?
  private var scan: NetworkScan?
  private var context: ProbeContext?
  private var own: OwnMetrics?

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
    work = NetworkWork(config, context.processes, context.names, start: now)
    counts = try NetworkHostCounts(loaded)
    datagrams = NetworkDatagrams(try loaded.map("datagram_flows"), config.period)
    scan = try NetworkScan(loaded, config.period)
    try collectFlows(&output)
  }

  func take(_ record: Span<UInt8>, _ head: ProbeHead, _ output: inout ProbeOutput) -> Bool {
    guard let flow = NetworkFlow(record) else { return false }
    work?.tell(flow, &output)
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
      if let flow = NetworkFlow(record) { work?.tell(flow, &output) }
    }
    try? datagrams?.collect(all: true) { work?.tell($0, &output) }
    writeMetrics(&output)
  }

  private func writeMetrics(_ output: inout ProbeOutput) {
    guard config.metrics else { return }
    work?.writeMetrics(&output)
    counts?.write(&output.metrics)
  }

  private func publish() {
    guard let own, let context else { return }
    if let figures = work?.figures {
      own.series.set(figures.seriesCount)
      own.overflows.add(figures.overflowCount - own.overflows.value)
      own.listeners.set(figures.listenerCount)
    }
    own.names.set(context.names.count)
    own.namesEvicted.add(context.names.evictionCount - own.namesEvicted.value)
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
      if let flow = NetworkFlow(record) { work?.tell(flow, &output) }
    }
    try datagrams?.collect(all: false) { work?.tell($0, &output) }
  }
}
