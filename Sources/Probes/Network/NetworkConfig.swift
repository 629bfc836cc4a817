internal import Configuration

/// The options of the section `network`.
struct NetworkConfig: ConfigDecodable, Sendable {
  /// The names that metrics have.
  enum MetricNames: String, CaseIterable, Sendable {
    /// Those of the semantic conventions where there are some, else our own.
    case semconv
    /// Those of OpenTelemetry eBPF instrumentation.
    case obi
  }

  /// What of a peer is in metrics.
  enum PeerAttribute: String, CaseIterable, Sendable {
    /// Nothing: one series for each process.
    case none
    /// Its address.
    case address
    /// Its name where it is known, else its address.
    case name
  }

  /// Flows are told as log records.
  var logs = true
  /// Flows are counted in metrics.
  var metrics = true
  var metricNames = MetricNames.semconv
  var peer = PeerAttribute.name
  /// Series have the process's number, not only its program.
  var perProcess = false
  /// The most series of flows; more are counted together.
  var seriesLimit = 2000
  /// Connections with this machine itself are told of.
  var loopback = true
  /// UDP is followed.
  var udp = true
  /// Log records of UDP flows are made; metrics have them anyway.
  var udpLogs = true
  /// The time after which a connection that goes on is told of again.
  var period = Duration.seconds(60)
  /// The time from one reading of the kernel's maps and sockets to the next.
  var interval = Duration.seconds(15)
  var filter = NetworkFilter()

  /// The defaults.
  init() {}

  /// Reads the options from the section.
  init(from section: ConfigSection) {
    logs = section.bool("logs", default: logs)
    metrics = section.bool("metrics", default: metrics)
    metricNames = section.choice("metric_names", default: metricNames)
    peer = section.choice("metric_peer", default: peer)
    perProcess = section.bool("metric_per_process", default: perProcess)
    seriesLimit = section.int("metric_series_limit", default: seriesLimit, in: 1...100_000)
    loopback = section.bool("loopback", default: loopback)
    udp = section.bool("udp", default: udp)
    udpLogs = section.bool("udp_logs", default: udpLogs)
    period = section.duration("active_interval", default: period)
    if period < .seconds(1) { section.problem("active_interval", "must be at least 1s") }
    interval = section.duration("collection_interval", default: interval)
    if interval < .milliseconds(100) {
      section.problem("collection_interval", "must be at least 100ms")
    }
    if let include = section.section("include") { readFilter(include, excluding: false) }
    if let exclude = section.section("exclude") { readFilter(exclude, excluding: true) }
    section.finish()
  }

  private mutating func readFilter(_ section: ConfigSection, excluding: Bool) {
    let ranges = NetworkConfig.ranges(section)
    let ports = NetworkConfig.ports(section)
    let executables = section.names("executables") ?? []
    section.finish()
    if excluding {
      filter.excluded = ranges
      filter.excludedPorts = ports
      filter.excludedExecutables = executables
    } else {
      filter.included = ranges
      filter.includedPorts = ports
      filter.includedExecutables = executables
    }
  }

  private static func ranges(_ section: ConfigSection) -> [NetworkRange] {
    (section.names("cidrs") ?? []).compactMap { text in
      if let range = NetworkRange(text) { return range }
      section.problem("cidrs", "'\(text)' is no range of addresses, such as 10.0.0.0/8")
      return nil
    }
  }

  private static func ports(_ section: ConfigSection) -> [ClosedRange<UInt16>] {
    (section.names("ports") ?? []).compactMap { text in
      let parts = text.split(separator: "-", omittingEmptySubsequences: false)
      if parts.count <= 2, let first = UInt16(parts[0]), let last = UInt16(parts[parts.count - 1]),
        first <= last
      {
        return first...last
      }
      section.problem("ports", "'\(text)' is neither a port nor a range such as 8000-8999")
      return nil
    }
  }
}
