internal import Bytes
internal import Procfs
internal import Telemetry

/// What the network interfaces carry and the TCP connections, from /proc/net.
final class NetworkScraper: HostScraper {
  static let io = MetricDefinition(
    "system.network.io", "By", .counter, "The number of bytes transmitted and received.")
  static let packets = MetricDefinition(
    "system.network.packets", "{packets}", .counter, "The number of packets transferred.")
  static let errors = MetricDefinition(
    "system.network.errors", "{errors}", .counter, "The number of errors encountered.")
  static let dropped = MetricDefinition(
    "system.network.dropped", "{packets}", .counter, "The number of packets dropped.")
  static let connections = MetricDefinition(
    "system.network.connections", "{connections}", .upDownCounter, "The number of connections.")
  static let conntrackCount = MetricDefinition(
    "system.network.conntrack.count", "{entries}", .upDownCounter, isOnByDefault: false,
    "The count of entries in conntrack table.")
  static let conntrackMax = MetricDefinition(
    "system.network.conntrack.max", "{entries}", .upDownCounter, isOnByDefault: false,
    "The limit for entries in the conntrack table.")
  static let metrics = [
    io, packets, errors, dropped, connections, conntrackCount, conntrackMax,
  ]

  let name: StaticString = "network"
  let scope: StaticString = "swiftlet/host_metrics/network"
  private let switches: MetricSwitches
  private let interfaces: NameSelection
  private let readsFirstProcess: Bool
  private var stats: [NetworkStat] = []
  private var counts = ConnectionCounts()

  /// A scraper that reads the network of process 1 where the root is another system's.
  ///
  /// /proc/net leads to the reader's own network, which is a container's.
  init(_ switches: MetricSwitches, interfaces: NameSelection, readsFirstProcess: Bool) {
    self.switches = switches
    self.interfaces = interfaces
    self.readsFirstProcess = readsFirstProcess
  }

  func scrape(_ file: inout KernelFile, _ out: inout MetricsWriter) throws(ScrapeError) {
    var failures: [ScrapeError] = []
    do {
      try scrapeInterfaces(&file, &out)
    } catch {
      failures.append(error)
    }
    do {
      try scrapeConnections(&file, &out)
    } catch {
      failures.append(error)
    }
    do {
      try scrapeConntrack(&file, &out)
    } catch {
      failures.append(error)
    }
    if let error = ScrapeError(failures) { throw error }
  }

  /// Reads the chosen interfaces of the text of /proc/net/dev; other lines are passed over.
  static func read(
    _ text: Span<UInt8>, _ interfaces: NameSelection, into stats: inout [NetworkStat]
  ) {
    stats.removeAll(keepingCapacity: true)
    var cursor = TextCursor(text)
    repeat {
      guard let stat = NetworkStat(&cursor), interfaces.includes(text.extracting(stat.name)) else {
        continue
      }
      stats.append(stat)
    } while cursor.nextLine()
  }

  private func scrapeInterfaces(
    _ file: inout KernelFile, _ out: inout MetricsWriter
  ) throws(ScrapeError) {
    try file.load(readsFirstProcess ? "/proc/1/net/dev" : "/proc/net/dev", metricCount: 4)
    NetworkScraper.read(file.text, interfaces, into: &stats)
    let text = file.text
    write(NetworkScraper.packets, text, &out) { $0.packets }
    write(NetworkScraper.dropped, text, &out) { $0.dropped }
    write(NetworkScraper.errors, text, &out) { $0.errors }
    write(NetworkScraper.io, text, &out) { $0.bytes }
  }

  private func write(
    _ metric: MetricDefinition, _ text: Span<UInt8>, _ out: inout MetricsWriter,
    _ value: (NetworkStat.Flow) -> UInt64
  ) {
    guard out.open(switches[metric]) else { return }
    for index in stats.indices {
      let stat = stats[index]
      out.attribute("device", text.extracting(stat.name))
      out.attribute("direction", "receive")
      out.point(value(stat.received))
      out.attribute("device", text.extracting(stat.name))
      out.attribute("direction", "transmit")
      out.point(value(stat.transmitted))
    }
    out.close()
  }

  private func scrapeConnections(
    _ file: inout KernelFile, _ out: inout MetricsWriter
  ) throws(ScrapeError) {
    guard let metric = switches[NetworkScraper.connections] else { return }
    counts.reset()
    try file.load(readsFirstProcess ? "/proc/1/net/tcp" : "/proc/net/tcp")
    counts.add(file.text)
    // A system without IPv6 has no such file.
    if (try? file.load(readsFirstProcess ? "/proc/1/net/tcp6" : "/proc/net/tcp6")) != nil {
      counts.add(file.text)
    }
    guard out.open(metric) else { return }
    for index in ConnectionCounts.states.indices {
      out.attribute("protocol", "tcp")
      out.attribute("state", ConnectionCounts.states[index])
      out.point(counts.counts[index])
    }
    out.close()
  }

  private func scrapeConntrack(
    _ file: inout KernelFile, _ out: inout MetricsWriter
  ) throws(ScrapeError) {
    if let metric = switches[NetworkScraper.conntrackCount] {
      try writeNumber("/proc/sys/net/netfilter/nf_conntrack_count", metric, &file, &out)
    }
    if let metric = switches[NetworkScraper.conntrackMax] {
      try writeNumber("/proc/sys/net/netfilter/nf_conntrack_max", metric, &file, &out)
    }
  }

  private func writeNumber(
    _ path: StaticString, _ metric: MetricDefinition, _ file: inout KernelFile,
    _ out: inout MetricsWriter
  ) throws(ScrapeError) {
    try file.load(path)
    guard let value = file.text.trimmed.decimal else { throw ScrapeError(malformed: "\(path)") }
    guard out.open(metric) else { return }
    out.point(value)
    out.close()
  }
}
