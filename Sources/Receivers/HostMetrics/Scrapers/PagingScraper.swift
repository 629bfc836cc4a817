internal import Bytes
internal import Procfs
internal import Telemetry

/// The use of swap space and the paging, from /proc/swaps and /proc/vmstat.
final class PagingScraper: HostScraper {
  static let usage = MetricDefinition(
    "system.paging.usage", "By", .upDownCounter, "Swap (unix) or pagefile (windows) usage.")
  static let utilization = MetricDefinition(
    "system.paging.utilization", "1", .gauge, isOnByDefault: false,
    "Swap (unix) or pagefile (windows) utilization.")
  static let operations = MetricDefinition(
    "system.paging.operations", "{operations}", .counter, "The number of paging operations.")
  static let faults = MetricDefinition(
    "system.paging.faults", "{faults}", .counter, "The number of page faults.")
  static let metrics = [usage, utilization, operations, faults]

  let name: StaticString = "paging"
  let scope: StaticString = "swiftlet/host_metrics/paging"
  private let switches: MetricSwitches
  private var areas: [SwapArea] = []

  init(_ switches: MetricSwitches) {
    self.switches = switches
  }

  func scrape(_ file: inout KernelFile, _ out: inout MetricsWriter) throws(ScrapeError) {
    var failures: [ScrapeError] = []
    do {
      try file.load("/proc/swaps", metricCount: 2)
      SwapArea.read(file.text, into: &areas)
      writeAreas(file.text, &out)
    } catch {
      failures.append(error)
    }
    do {
      try file.load("/proc/vmstat", metricCount: 2)
      writeCounts(PagingCounts(file.text), &out)
    } catch {
      failures.append(error)
    }
    if let error = ScrapeError(failures) { throw error }
  }

  private func writeAreas(_ text: Span<UInt8>, _ out: inout MetricsWriter) {
    if out.open(switches[PagingScraper.usage]) {
      for area in areas {
        out.attribute("device", text.extracting(area.name))
        out.attribute("state", "used")
        out.point(area.usedByteCount)
        out.attribute("device", text.extracting(area.name))
        out.attribute("state", "free")
        out.point(area.freeByteCount)
      }
      out.close()
    }
    guard out.open(switches[PagingScraper.utilization]) else { return }
    for area in areas where area.byteCount > 0 {
      let size = Double(area.byteCount)
      out.attribute("device", text.extracting(area.name))
      out.attribute("state", "used")
      out.point(Double(area.usedByteCount) / size)
      out.attribute("device", text.extracting(area.name))
      out.attribute("state", "free")
      out.point(Double(area.freeByteCount) / size)
    }
    out.close()
  }

  private func writeCounts(_ counts: PagingCounts, _ out: inout MetricsWriter) {
    if out.open(switches[PagingScraper.operations]) {
      write(counts.swapsIn, "page_in", "major", &out)
      write(counts.swapsOut, "page_out", "major", &out)
      write(counts.pagesIn, "page_in", "minor", &out)
      write(counts.pagesOut, "page_out", "minor", &out)
      out.close()
    }
    guard out.open(switches[PagingScraper.faults]) else { return }
    out.attribute("type", "major")
    out.point(counts.majorFaults)
    out.attribute("type", "minor")
    out.point(counts.faults > counts.majorFaults ? counts.faults - counts.majorFaults : 0)
    out.close()
  }

  private func write(
    _ value: UInt64, _ direction: StaticString, _ type: StaticString, _ out: inout MetricsWriter
  ) {
    out.attribute("direction", direction)
    out.attribute("type", type)
    out.point(value)
  }
}

/// A line of /proc/swaps.
struct SwapArea: Equatable {
  /// Where the area's file is in the text.
  let name: Range<Int>
  let byteCount: UInt64
  let usedByteCount: UInt64

  /// The bytes not used.
  var freeByteCount: UInt64 { byteCount > usedByteCount ? byteCount - usedByteCount : 0 }

  /// Reads the text of /proc/swaps; lines of another form are passed over.
  static func read(_ text: Span<UInt8>, into areas: inout [SwapArea]) {
    areas.removeAll(keepingCapacity: true)
    var cursor = TextCursor(text)
    while cursor.nextLine() {
      let name = cursor.wordRange()
      cursor.skipWords(1)
      guard !name.isEmpty, let size = cursor.number(), let used = cursor.number(),
        size < 1 << 53, used < 1 << 53
      else { continue }
      areas.append(SwapArea(name: name, byteCount: size << 10, usedByteCount: used << 10))
    }
  }
}

/// What /proc/vmstat tells of paging.
struct PagingCounts: Equatable {
  private(set) var swapsIn: UInt64 = 0
  private(set) var swapsOut: UInt64 = 0
  private(set) var pagesIn: UInt64 = 0
  private(set) var pagesOut: UInt64 = 0
  private(set) var faults: UInt64 = 0
  private(set) var majorFaults: UInt64 = 0

  /// Reads the file's text; what it does not tell is zero.
  init(_ text: Span<UInt8>) {
    var cursor = TextCursor(text)
    repeat {
      let key = cursor.word()
      guard key.starts(with: "p"), let value = cursor.number() else { continue }
      if key.isEqual(to: "pswpin") {
        swapsIn = value
      } else if key.isEqual(to: "pswpout") {
        swapsOut = value
      } else if key.isEqual(to: "pgpgin") {
        pagesIn = value
      } else if key.isEqual(to: "pgpgout") {
        pagesOut = value
      } else if key.isEqual(to: "pgfault") {
        faults = value
      } else if key.isEqual(to: "pgmajfault") {
        majorFaults = value
      }
    } while cursor.nextLine()
  }
}
