internal import Bytes
internal import Glibc
internal import Procfs
internal import Telemetry

/// The time of the CPUs, from /proc/stat.
final class CPUScraper: HostScraper {
  static let time = MetricDefinition(
    "system.cpu.time", "s", .counter, "Total seconds each logical CPU spent on each mode.")
  static let utilization = MetricDefinition(
    "system.cpu.utilization", "1", .gauge, isOnByDefault: false,
    "Difference in system.cpu.time since the last measurement, divided by the elapsed time.")
  static let physicalCount = MetricDefinition(
    "system.cpu.physical.count", "{cpu}", .upDownCounter, isOnByDefault: false,
    "Number of available physical CPUs.")
  static let logicalCount = MetricDefinition(
    "system.cpu.logical.count", "{cpu}", .upDownCounter, isOnByDefault: false,
    "Number of available logical CPUs.")
  static let frequency = MetricDefinition(
    "system.cpu.frequency", "Hz", .gauge, isOnByDefault: false,
    "Current frequency of the CPU core in Hz.")
  static let metrics = [time, utilization, physicalCount, logicalCount, frequency]
  static let dividing: Set<String> = [time.key, utilization.key]

  /// Ticks of the kernel's clock in a second.
  static let ticksPerSecond = Double(max(1, sysconf(Int32(_SC_CLK_TCK))))

  let name: StaticString = "cpu"
  let scope: StaticString = "swiftlet/host_metrics/cpu"
  private let switches: MetricSwitches
  private var table = CPUTable()
  private var last = CPUTable()
  private var hasLast = false
  private var processors = ProcessorTable()

  init(_ switches: MetricSwitches) {
    self.switches = switches
  }

  func scrape(_ file: inout KernelFile, _ out: inout MetricsWriter) throws(ScrapeError) {
    try file.load("/proc/stat", metricCount: 3)
    guard table.read(file.text) else {
      throw ScrapeError(malformed: "/proc/stat", metricCount: 3)
    }
    writeTimes(&out)
    writeUtilization(&out)
    if out.open(switches[CPUScraper.logicalCount]) {
      out.point(UInt64(table.each.count))
      out.close()
    }
    guard switches[CPUScraper.physicalCount] != nil || switches[CPUScraper.frequency] != nil else {
      return
    }
    try file.load("/proc/cpuinfo", metricCount: 2)
    processors.read(file.text)
    if out.open(switches[CPUScraper.physicalCount]) {
      out.point(UInt64(processors.physicalCount))
      out.close()
    }
    guard out.open(switches[CPUScraper.frequency]) else { return }
    for index in processors.frequencies.indices {
      let (number, frequency) = processors.frequencies[index]
      out.attribute("cpu", "cpu", number)
      out.point(frequency)
    }
    out.close()
  }

  private func writeTimes(_ out: inout MetricsWriter) {
    guard out.open(switches[CPUScraper.time]) else { return }
    if switches.keptApart.contains("system.cpu.time") {
      for (number, times) in table.each { writeTimes(times, cpu: number, &out) }
    } else {
      writeTimes(table.all, cpu: nil, &out)
    }
    out.close()
  }

  private func writeTimes(_ times: CPUTimes, cpu: Int?, _ out: inout MetricsWriter) {
    for index in 0..<CPUTimes.stateCount {
      let (state, ticks) = times.time(inState: index)
      if let cpu { out.attribute("cpu", "cpu", cpu) }
      out.attribute("state", state)
      out.point(Double(ticks) / CPUScraper.ticksPerSecond)
    }
  }

  private func writeUtilization(_ out: inout MetricsWriter) {
    guard let metric = switches[CPUScraper.utilization] else { return }
    defer {
      swap(&last, &table)
      hasLast = true
    }
    guard hasLast, out.open(metric) else { return }
    if switches.keptApart.contains("system.cpu.utilization") {
      // A CPU that was taken out or put in has no measurement before this one.
      if last.each.count == table.each.count {
        for (now, before) in zip(table.each, last.each) where now.number == before.number {
          writeShares(now.times, before.times, cpu: now.number, &out)
        }
      }
    } else {
      writeShares(table.all, last.all, cpu: nil, &out)
    }
    out.close()
  }

  private func writeShares(
    _ now: CPUTimes, _ before: CPUTimes, cpu: Int?, _ out: inout MetricsWriter
  ) {
    let elapsed = now.total > before.total ? Double(now.total - before.total) : 0
    for index in 0..<CPUTimes.stateCount {
      let (state, ticks) = now.time(inState: index)
      let earlier = before.time(inState: index).ticks
      if let cpu { out.attribute("cpu", "cpu", cpu) }
      out.attribute("state", state)
      out.point(elapsed > 0 && ticks > earlier ? Double(ticks - earlier) / elapsed : 0)
    }
  }
}
