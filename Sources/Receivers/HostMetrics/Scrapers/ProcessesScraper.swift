internal import Bytes
internal import Procfs
internal import Queues
internal import Telemetry

/// How many processes there are in each state, from /proc/stat and each /proc/PID/stat.
final class ProcessesScraper: HostScraper {
  static let count = MetricDefinition(
    "system.processes.count", "{processes}", .upDownCounter,
    "Total number of processes in each state.")
  static let created = MetricDefinition(
    "system.processes.created", "{processes}", .counter, "Total number of created processes.")
  static let metrics = [count, created]

  let name: StaticString = "processes"
  let scope: StaticString = "swiftlet/host_metrics/processes"
  private let switches: MetricSwitches
  private var processes: [Int] = []

  init(_ switches: MetricSwitches) {
    self.switches = switches
  }

  func scrape(_ file: inout KernelFile, _ out: inout MetricsWriter) throws(ScrapeError) {
    if let metric = switches[ProcessesScraper.created] {
      try file.load("/proc/stat", metricCount: 2)
      guard let created = ProcessesScraper.created(file.text) else {
        throw ScrapeError(malformed: "/proc/stat")
      }
      if out.open(metric) {
        out.point(created)
        out.close()
      }
    }
    guard let metric = switches[ProcessesScraper.count] else { return }
    do {
      try file.listProcesses(into: &processes)
    } catch {
      throw ScrapeError("/proc", error)
    }
    var counts = ProcessStateCounts()
    for index in processes.indices {
      // A process may end between the listing and the reading.
      guard (try? file.read(process: processes[index], "stat")) != nil else { continue }
      if let stat = ProcessStat(file.text) { counts.add(stat.state) }
    }
    guard out.open(metric) else { return }
    for index in 0..<ProcessStateCounts.stateCount {
      let (state, count) = counts.count(ofState: index)
      guard count > 0 || index < 2 else { continue }
      out.attribute("status", state)
      out.point(count)
    }
    out.close()
  }

  /// The number of processes created since boot, in the text of /proc/stat.
  static func created(_ text: Span<UInt8>) -> UInt64? {
    var cursor = TextCursor(text)
    repeat {
      if cursor.word().isEqual(to: "processes") { return cursor.number() }
    } while cursor.nextLine()
    return nil
  }
}

/// The number of processes in each state.
struct ProcessStateCounts {
  static let stateCount = 7

  private var counts: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64) =
    (0, 0, 0, 0, 0, 0, 0)

  /// Counts a process whose state /proc/PID/stat shows as `letter`.
  mutating func add(_ letter: UInt8) {
    switch letter {
    case UInt8(ascii: "R"): counts.0 += 1
    case UInt8(ascii: "D"): counts.1 += 1
    case UInt8(ascii: "S"): counts.2 += 1
    case UInt8(ascii: "I"): counts.3 += 1
    case UInt8(ascii: "T"), UInt8(ascii: "t"): counts.4 += 1
    case UInt8(ascii: "Z"): counts.5 += 1
    default: counts.6 += 1
    }
  }

  /// The name and count of the state with this number; the first two are always told.
  func count(ofState index: Int) -> (name: StaticString, count: UInt64) {
    switch index {
    case 0: ("running", counts.0)
    case 1: ("blocked", counts.1)
    case 2: ("sleeping", counts.2)
    case 3: ("idle", counts.3)
    case 4: ("stopped", counts.4)
    case 5: ("zombies", counts.5)
    default: ("unknown", counts.6)
    }
  }
}
