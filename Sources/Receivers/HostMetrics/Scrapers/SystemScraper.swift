internal import Procfs
internal import Telemetry

/// How long the system has been running, from /proc/uptime.
final class SystemScraper: HostScraper {
  static let uptime = MetricDefinition(
    "system.uptime", "s", .gauge, "The time the system has been running.")
  static let metrics = [uptime]

  let name: StaticString = "system"
  let scope: StaticString = "swiftlet/host_metrics/system"
  private let switches: MetricSwitches

  init(_ switches: MetricSwitches) {
    self.switches = switches
  }

  func scrape(_ file: inout KernelFile, _ out: inout MetricsWriter) throws(ScrapeError) {
    guard let metric = switches[SystemScraper.uptime] else { return }
    try file.load("/proc/uptime")
    var cursor = TextCursor(file.text)
    guard let seconds = cursor.word().decimalFraction else {
      throw ScrapeError(malformed: "/proc/uptime")
    }
    guard out.open(metric) else { return }
    out.point(seconds)
    out.close()
  }
}
