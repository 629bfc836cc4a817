internal import Procfs
internal import Telemetry

/// The load averages, from /proc/loadavg.
final class LoadScraper: HostScraper {
  static let oneMinute = MetricDefinition(
    "system.cpu.load_average.1m", "{thread}", .gauge, "Average CPU Load over 1 minute.")
  static let fiveMinutes = MetricDefinition(
    "system.cpu.load_average.5m", "{thread}", .gauge, "Average CPU Load over 5 minutes.")
  static let fifteenMinutes = MetricDefinition(
    "system.cpu.load_average.15m", "{thread}", .gauge, "Average CPU Load over 15 minutes.")
  static let metrics = [oneMinute, fiveMinutes, fifteenMinutes]

  let name: StaticString = "load"
  let scope: StaticString = "swiftlet/host_metrics/load"
  private let switches: MetricSwitches
  private let dividesByCPUs: Bool
  private var table = CPUTable()

  init(_ switches: MetricSwitches, dividesByCPUs: Bool) {
    self.switches = switches
    self.dividesByCPUs = dividesByCPUs
  }

  func scrape(_ file: inout KernelFile, _ out: inout MetricsWriter) throws(ScrapeError) {
    var divisor = 1.0
    if dividesByCPUs {
      try file.load("/proc/stat", metricCount: 3)
      _ = table.read(file.text)
      divisor = Double(max(1, table.each.count))
    }
    try file.load("/proc/loadavg", metricCount: 3)
    guard let averages = LoadScraper.parse(file.text) else {
      throw ScrapeError(malformed: "/proc/loadavg", metricCount: 3)
    }
    write(LoadScraper.oneMinute, averages.one / divisor, &out)
    write(LoadScraper.fiveMinutes, averages.five / divisor, &out)
    write(LoadScraper.fifteenMinutes, averages.fifteen / divisor, &out)
  }

  /// The three averages in the text of /proc/loadavg.
  static func parse(_ text: Span<UInt8>) -> (one: Double, five: Double, fifteen: Double)? {
    var cursor = TextCursor(text)
    guard let one = cursor.word().decimalFraction, let five = cursor.word().decimalFraction,
      let fifteen = cursor.word().decimalFraction
    else { return nil }
    return (one, five, fifteen)
  }

  private func write(_ metric: MetricDefinition, _ value: Double, _ out: inout MetricsWriter) {
    guard out.open(switches[metric]) else { return }
    out.point(value)
    out.close()
  }
}
