internal import Configuration

/// The options of the `host_metrics` receiver.
struct HostMetricsReceiverConfig: ConfigDecodable {
  /// The shortest interval that makes sense: reading takes a millisecond or more.
  static let shortestInterval = Duration.milliseconds(100)

  /// The time from one scrape to the next.
  var interval: Duration
  /// The time from the start to the first scrape.
  var initialDelay: Duration
  /// Where the host's file system is mounted; empty where it is this one.
  var rootPath: String
  /// The scrapers in the order in which they run.
  var scrapers: [ScraperConfig]

  /// Options of these values.
  init(
    interval: Duration = .seconds(60), initialDelay: Duration = .seconds(1), rootPath: String = "",
    scrapers: [ScraperConfig] = []
  ) {
    self.interval = interval
    self.initialDelay = initialDelay
    self.rootPath = rootPath
    self.scrapers = scrapers
  }

  /// Reads the options from the receiver's section.
  init(from section: ConfigSection) {
    self.init(
      interval: section.duration("collection_interval", default: .seconds(60)),
      initialDelay: section.duration("initial_delay", default: .seconds(1)),
      rootPath: HostMetricsReceiverConfig.rootPath(section))
    if interval < HostMetricsReceiverConfig.shortestInterval {
      section.problem("collection_interval", "must be at least 100ms")
    }
    if section.duration("timeout", default: .zero) != .zero {
      section.problem("timeout", "only 0 is in this build: a scrape is never cut short")
    }
    if section.contains("metadata_collection_interval") {
      section.problem("metadata_collection_interval", "entity events are not in this build")
    }
    if let scrapers = section.section("scrapers") {
      self.scrapers = ScraperKind.allCases.compactMap { kind in
        scrapers.section(kind.rawValue).map { ScraperConfig(kind, from: $0) }
      }
      scrapers.finish()
    }
    if scrapers.isEmpty {
      let known = ScraperKind.allCases.map(\.rawValue).joined(separator: ", ")
      section.problem("scrapers", "lists none; choose from \(known)")
    }
    section.finish()
  }

  private static func rootPath(_ section: ConfigSection) -> String {
    var path = section.string("root_path") ?? ""
    while path.hasSuffix("/") { path.removeLast() }
    if !path.isEmpty, !path.hasPrefix("/") {
      section.problem("root_path", "must be an absolute path, such as /hostfs")
    }
    return path
  }
}

/// The scrapers of this build; the raw value is the key under `scrapers`.
enum ScraperKind: String, CaseIterable, Sendable {
  case cpu
  case load
  case memory
  case disk
  case filesystem
  case network
  case nfs
  case paging
  case processes
  case system
  case process

  /// The metrics that the scraper can emit.
  var metrics: [MetricDefinition] {
    switch self {
    case .cpu: CPUScraper.metrics
    case .load: LoadScraper.metrics
    case .memory: MemoryScraper.metrics
    case .disk: DiskScraper.metrics
    case .filesystem: FilesystemScraper.metrics
    case .network: NetworkScraper.metrics
    case .nfs: NFSMetrics.all
    case .paging: PagingScraper.metrics
    case .processes: ProcessesScraper.metrics
    case .system: SystemScraper.metrics
    case .process: ProcessMetrics.all
    }
  }
}

/// The options of one scraper.
struct ScraperConfig: Sendable {
  let kind: ScraperKind
  var switches: MetricSwitches
  var dividesByCPUs = false
  var names = NameSelection.all
  var filesystems = FilesystemFilters()
  var processes = ProcessOptions()

  /// The options that hold where the configuration says nothing.
  init(_ kind: ScraperKind) {
    self.kind = kind
    switches = MetricSwitches(kind.metrics)
  }

  /// Reads the options from the scraper's section.
  init(_ kind: ScraperKind, from section: ConfigSection) {
    self.kind = kind
    switches = MetricSwitches(
      kind.metrics, from: section, dividing: kind == .cpu ? CPUScraper.dividing : [])
    switch kind {
    case .load: dividesByCPUs = section.bool("cpu_average", default: false)
    case .disk: names = NameSelection(list: "devices", from: section)
    case .network: names = NameSelection(list: "interfaces", from: section)
    case .filesystem: filesystems = FilesystemFilters(from: section)
    case .process: processes = ProcessOptions(from: section)
    case .cpu, .memory, .nfs, .paging, .processes, .system: break
    }
    section.finish()
  }
}
