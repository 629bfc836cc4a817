internal import Bytes
internal import Procfs
internal import Telemetry

/// What the block devices have done, from /proc/diskstats.
final class DiskScraper: HostScraper {
  static let io = MetricDefinition("system.disk.io", "By", .counter, "Disk bytes transferred.")
  static let operations = MetricDefinition(
    "system.disk.operations", "{operations}", .counter, "Disk operations count.")
  static let ioTime = MetricDefinition(
    "system.disk.io_time", "s", .counter, "Time disk spent activated.")
  static let operationTime = MetricDefinition(
    "system.disk.operation_time", "s", .counter, "Time spent in disk operations.")
  static let weightedTime = MetricDefinition(
    "system.disk.weighted_io_time", "s", .counter,
    "Time disk spent activated multiplied by the queue length.")
  static let pending = MetricDefinition(
    "system.disk.pending_operations", "{operations}", .upDownCounter,
    "The queue size of pending I/O operations.")
  static let merged = MetricDefinition(
    "system.disk.merged", "{operations}", .counter,
    "The number of disk reads/writes merged into single physical disk access operations.")
  static let metrics = [io, operations, ioTime, operationTime, weightedTime, pending, merged]

  let name: StaticString = "disk"
  let scope: StaticString = "swiftlet/host_metrics/disk"
  private let switches: MetricSwitches
  private let devices: NameSelection
  private var stats: [DiskStat] = []

  init(_ switches: MetricSwitches, devices: NameSelection) {
    self.switches = switches
    self.devices = devices
  }

  func scrape(_ file: inout KernelFile, _ out: inout MetricsWriter) throws(ScrapeError) {
    try file.load("/proc/diskstats", metricCount: DiskScraper.metrics.count)
    DiskScraper.read(file.text, devices, into: &stats)
    let text = file.text
    writePairs(DiskScraper.io, text, &out) {
      ($0.sectorsRead &* DiskStat.sectorByteCount, $0.sectorsWritten &* DiskStat.sectorByteCount)
    }
    writePairs(DiskScraper.operations, text, &out) { ($0.reads, $0.writes) }
    writeTimes(DiskScraper.ioTime, text, &out) { $0.busyMilliseconds }
    writeOperationTimes(text, &out)
    writeTimes(DiskScraper.weightedTime, text, &out) { $0.weightedMilliseconds }
    if out.open(switches[DiskScraper.pending]) {
      for index in stats.indices {
        let stat = stats[index]
        out.attribute("device", text.extracting(stat.name))
        out.point(stat.pending)
      }
      out.close()
    }
    writePairs(DiskScraper.merged, text, &out) { ($0.readsMerged, $0.writesMerged) }
  }

  /// Reads the chosen devices of the text of /proc/diskstats; lines of another form are passed over.
  static func read(_ text: Span<UInt8>, _ devices: NameSelection, into stats: inout [DiskStat]) {
    stats.removeAll(keepingCapacity: true)
    var cursor = TextCursor(text)
    repeat {
      guard let stat = DiskStat(&cursor), devices.includes(text.extracting(stat.name)) else {
        continue
      }
      stats.append(stat)
    } while cursor.nextLine()
  }

  private func writePairs(
    _ metric: MetricDefinition, _ text: Span<UInt8>, _ out: inout MetricsWriter,
    _ values: (DiskStat) -> (read: UInt64, write: UInt64)
  ) {
    guard out.open(switches[metric]) else { return }
    for index in stats.indices {
      let stat = stats[index]
      let value = values(stat)
      out.attribute("device", text.extracting(stat.name))
      out.attribute("direction", "read")
      out.point(value.read)
      out.attribute("device", text.extracting(stat.name))
      out.attribute("direction", "write")
      out.point(value.write)
    }
    out.close()
  }

  private func writeOperationTimes(_ text: Span<UInt8>, _ out: inout MetricsWriter) {
    guard out.open(switches[DiskScraper.operationTime]) else { return }
    for index in stats.indices {
      let stat = stats[index]
      out.attribute("device", text.extracting(stat.name))
      out.attribute("direction", "read")
      out.point(Double(stat.readMilliseconds) / 1000)
      out.attribute("device", text.extracting(stat.name))
      out.attribute("direction", "write")
      out.point(Double(stat.writeMilliseconds) / 1000)
    }
    out.close()
  }

  private func writeTimes(
    _ metric: MetricDefinition, _ text: Span<UInt8>, _ out: inout MetricsWriter,
    _ milliseconds: (DiskStat) -> UInt64
  ) {
    guard out.open(switches[metric]) else { return }
    for index in stats.indices {
      let stat = stats[index]
      out.attribute("device", text.extracting(stat.name))
      out.point(Double(milliseconds(stat)) / 1000)
    }
    out.close()
  }
}
