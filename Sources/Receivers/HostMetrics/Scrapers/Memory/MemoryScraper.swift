internal import Glibc
internal import Procfs
internal import Telemetry

/// The memory's use, from /proc/meminfo.
final class MemoryScraper: HostScraper {
  static let usage = MetricDefinition(
    "system.memory.usage", "By", .upDownCounter, "Bytes of memory in use.")
  static let utilization = MetricDefinition(
    "system.memory.utilization", "1", .gauge, isOnByDefault: false,
    "Percentage of memory bytes in use.")
  static let limit = MetricDefinition(
    "system.memory.limit", "By", .upDownCounter, isOnByDefault: false,
    "Total bytes of memory available.")
  static let pageSize = MetricDefinition(
    "system.memory.page_size", "By", .gauge, isOnByDefault: false,
    "A constant value for the system's configured page size.")
  static let available = MetricDefinition(
    "system.linux.memory.available", "By", .upDownCounter, isOnByDefault: false,
    "An estimate of how much memory is available for starting new applications, without swapping.")
  static let dirty = MetricDefinition(
    "system.linux.memory.dirty", "By", .upDownCounter, isOnByDefault: false,
    "The amount of dirty memory according to /proc/meminfo.")
  static let shared = MetricDefinition(
    "system.linux.memory.shared", "By", .upDownCounter, isOnByDefault: false,
    "The amount of shared memory according to /proc/meminfo.")
  static let metrics = [usage, utilization, limit, pageSize, available, dirty, shared]

  let name: StaticString = "memory"
  let scope: StaticString = "swiftlet/host_metrics/memory"
  private let switches: MetricSwitches

  init(_ switches: MetricSwitches) {
    self.switches = switches
  }

  func scrape(_ file: inout KernelFile, _ out: inout MetricsWriter) throws(ScrapeError) {
    try file.load("/proc/meminfo")
    guard let memory = MemoryTable(file.text) else {
      throw ScrapeError(malformed: "/proc/meminfo")
    }
    if out.open(switches[MemoryScraper.usage]) {
      MemoryScraper.forEachState(of: memory) { state, bytes in
        out.attribute("state", state)
        out.point(bytes)
      }
      out.close()
    }
    if out.open(switches[MemoryScraper.utilization]) {
      MemoryScraper.forEachState(of: memory) { state, bytes in
        out.attribute("state", state)
        out.point(Double(bytes) / Double(memory.total))
      }
      out.close()
    }
    write(MemoryScraper.limit, memory.total, &out)
    if out.open(switches[MemoryScraper.pageSize]) {
      out.point(UInt64(max(0, sysconf(Int32(_SC_PAGESIZE)))))
      out.close()
    }
    write(MemoryScraper.available, memory.available, &out)
    write(MemoryScraper.dirty, memory.dirty, &out)
    write(MemoryScraper.shared, memory.shared, &out)
  }

  private static func forEachState(
    of memory: MemoryTable, _ body: (StaticString, UInt64) -> Void
  ) {
    body("used", memory.used)
    body("free", memory.free)
    body("buffered", memory.buffers)
    body("cached", memory.cached)
    body("slab_reclaimable", memory.reclaimableSlab)
    body("slab_unreclaimable", memory.unreclaimableSlab)
  }

  private func write(_ metric: MetricDefinition, _ bytes: UInt64, _ out: inout MetricsWriter) {
    guard out.open(switches[metric]) else { return }
    out.point(bytes)
    out.close()
  }
}
