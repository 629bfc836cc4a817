internal import Bytes
internal import Diagnostics
internal import Procfs
internal import Queues
internal import Telemetry

/// All scrapers of a receiver: one call makes one batch.
///
/// Confined to the receiver's queue.
final class HostScrape {
  /// What cannot be read now can seldom be read at the next scrape.
  static let logInterval = Duration.seconds(600)

  private let scrapers: [any HostScraper]
  private let process: ProcessScraper?
  private let log: Log
  private var counters: [String: (scraped: Counter, errored: Counter)] = [:]
  private var throttles: [String: Throttle] = [:]
  private var file: KernelFile
  private var out: MetricsWriter
  private let metrics: MetricsScope

  init(_ config: HostMetricsReceiverConfig, log: Log, metrics: MetricsScope, version: String) {
    let root = config.rootPath
    scrapers = config.scrapers.compactMap { HostScrape.scraper($0, root: root) }
    process = config.scrapers.first { $0.kind == .process }.map {
      ProcessScraper($0.switches, $0.processes)
    }
    self.log = log
    self.metrics = metrics
    file = KernelFile(root: root)
    out = MetricsWriter(hostMetrics: version)
  }

  private static func scraper(_ config: ScraperConfig, root: String) -> (any HostScraper)? {
    let switches = config.switches
    return switch config.kind {
    case .cpu: CPUScraper(switches)
    case .load: LoadScraper(switches, dividesByCPUs: config.dividesByCPUs)
    case .memory: MemoryScraper(switches)
    case .disk: DiskScraper(switches, devices: config.names)
    case .filesystem: FilesystemScraper(switches, config.filesystems, root: root)
    case .network:
      NetworkScraper(switches, interfaces: config.names, readsFirstProcess: !root.isEmpty)
    case .nfs: NFSScraper(switches, readsFirstProcess: !root.isEmpty)
    case .paging: PagingScraper(switches)
    case .processes: ProcessesScraper(switches)
    case .system: SystemScraper(switches)
    case .process: nil
    }
  }

  /// Reads everything once; `time` is the moment in nanoseconds since 1970.
  func run(at time: UInt64) -> Payload {
    out.time = time
    if out.startTime == 0 { out.startTime = bootTime() }
    for scraper in scrapers {
      out.select(scope: scraper.scope)
      let before = out.pointCount
      do {
        try scraper.scrape(&file, &out)
      } catch {
        fail(scraper.name, error)
      }
      count("\(scraper.name)").scraped.add(out.pointCount - before)
    }
    if let process {
      let before = out.pointCount
      do {
        try process.scrape(&file, &out)
      } catch {
        fail(process.name, error)
      }
      count("\(process.name)").scraped.add(out.pointCount - before)
    }
    return out.takePayload()
  }

  private func count(_ scraper: String) -> (scraped: Counter, errored: Counter) {
    if let known = counters[scraper] { return known }
    let scope = metrics.with("scraper", scraper)
    let made = (
      scope.counter("otelcol_scraper_scraped_metric_points"),
      scope.counter("otelcol_scraper_errored_metric_points")
    )
    counters[scraper] = made
    return made
  }

  private func fail(_ scraper: StaticString, _ error: ScrapeError) {
    let name = "\(scraper)"
    count(name).errored.add(error.metricCount)
    guard
      let heldBack = throttles[name, default: Throttle(every: HostScrape.logInterval)].admit(
        at: .now)
    else { return }
    log.warn(
      "a scraper could not read all; the other metrics are sent",
      ["scraper": .string(name), "error": .string("\(error)"), "held_back": .int(heldBack)])
  }

  /// The moment of the boot, from /proc/stat; that of now where it is not told.
  private func bootTime() -> UInt64 {
    guard (try? file.read("/proc/stat")) != nil else { return out.time }
    var cursor = TextCursor(file.text)
    repeat {
      if cursor.word().isEqual(to: "btime"), let seconds = cursor.number() {
        return seconds &* 1_000_000_000
      }
    } while cursor.nextLine()
    return out.time
  }
}
