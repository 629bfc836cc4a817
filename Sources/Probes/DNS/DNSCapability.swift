internal import CProbeEvents
internal import Diagnostics
internal import EBPF
internal import Identity
internal import Telemetry

/// DNS lookups of this host's processes: what was asked of whom by whom, the answer, and how long it took.
final class DNSCapability: ProbeCapability {
  /// What one waiting lookup takes: its slot, its place in the index, its question with a name of usual length.
  private static let lookupByteCount = 320
  private static let connectionByteCount = 8 + 80
  /// Metrics are written each so many rounds.
  private static let roundsPerMetrics = 15

  let name = "dns"
  let programBase = Int(PROBE_DNS_BASE.rawValue)
  var object: EmbeddedProbe { .dns }

  private let config: DNSConfig
  private var monitor: DNSMonitor?
  private var pending: Gauge?
  private var losses: [(counter: Counter, read: (DNSMonitor.Losses) -> Int)] = []
  private var told = DNSMonitor.Losses()
  private var round = 0

  /// A capability with these options.
  init(_ config: DNSConfig) {
    self.config = config
  }

  /// Lookups time out to the second.
  var interval: Duration { .seconds(1) }

  var programs: [ProgramSpec] {
    [
      ProgramSpec(
        "query", number: Int(DNS_ON_EGRESS.rawValue), isNeeded: true, "on_dns_egress",
        .controlGroup("cgroup_skb/egress")),
      ProgramSpec(
        "answer", number: Int(DNS_ON_INGRESS.rawValue), isNeeded: true, "on_dns_ingress",
        .controlGroup("cgroup_skb/ingress")),
    ]
  }

  func configure(_ object: borrowing BPFObject, _ limits: ProbeLimits) throws(BPFError) {
    try object.set("multicast", to: UInt8(config.includesMulticast ? 1 : 0))
    try object.setMaximumEntries(
      "dns_connections", min(16384, limits.entries(of: DNSCapability.connectionByteCount)))
  }

  func start(
    _ loaded: LoadedProbe, _ context: ProbeContext, _ output: inout ProbeOutput
  ) throws(BPFError) {
    let half = context.limits.tableByteCount / 2
    monitor = DNSMonitor(
      config, context.processes, context.names.isWanted ? context.names : nil,
      DNSMonitor.Limits(
        lookupCount: half / DNSCapability.lookupByteCount, longByteCount: half / 2))
    let metrics = context.metrics
    pending = metrics.gauge("swiftlet_ebpf_dns_lookups_pending")
    losses = [
      (metrics.counter("swiftlet_ebpf_dns_lookups_evicted"), { $0.evictedLookups }),
      (metrics.counter("swiftlet_ebpf_dns_answers_unmatched"), { $0.unmatchedAnswers }),
      (metrics.counter("swiftlet_ebpf_dns_messages_unreadable"), { $0.unreadableMessages }),
    ]
  }

  func take(_ record: Span<UInt8>, _ head: ProbeHead, _ output: inout ProbeOutput) -> Bool {
    monitor?.take(record, head, &output) ?? false
  }

  func collect(_ output: inout ProbeOutput) throws(BPFError) {
    guard let monitor else { return }
    monitor.expire(at: BootClock.nanosecondsSinceBoot, &output)
    round += 1
    if round % DNSCapability.roundsPerMetrics == 0 { writeMetrics(monitor, &output) }
  }

  func stop(_ output: inout ProbeOutput) {
    guard let monitor else { return }
    monitor.expire(at: BootClock.nanosecondsSinceBoot, &output)
    writeMetrics(monitor, &output)
  }

  private func writeMetrics(_ monitor: DNSMonitor, _ output: inout ProbeOutput) {
    output.metrics.select(scope: "swiftlet/ebpf/dns")
    monitor.writeMetrics(to: &output.metrics)
    pending?.set(monitor.pendingCount)
    for (counter, read) in losses { counter.add(read(monitor.losses) - read(told)) }
    told = monitor.losses
  }
}
