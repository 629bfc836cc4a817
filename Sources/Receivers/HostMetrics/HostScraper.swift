internal import Procfs
internal import Queues
internal import Telemetry

/// Reads one part of the host's state and writes its metrics.
///
/// Confined to the receiver's queue.
protocol HostScraper: AnyObject {
  /// The key under `scrapers`.
  var name: StaticString { get }
  /// The name of its metrics' scope.
  var scope: StaticString { get }

  /// Writes the metrics of the moment into its scope, which is selected.
  ///
  /// A scraper that fails in part writes what it has, and throws at its end.
  func scrape(_ file: inout KernelFile, _ out: inout MetricsWriter) throws(ScrapeError)
}

/// What a scraper could not read.
struct ScrapeError: Error, CustomStringConvertible {
  let description: String
  /// The metrics that are missing for it.
  let metricCount: Int

  /// `file` could not be read.
  init(_ file: String, _ error: SystemError, metricCount: Int = 1) {
    description = "\(file): \(error)"
    self.metricCount = metricCount
  }

  /// A failure in these words.
  init(_ description: String, metricCount: Int) {
    self.description = description
    self.metricCount = metricCount
  }

  /// `file` is not of the form that the kernel's documentation states.
  init(malformed file: String, metricCount: Int = 1) {
    description = "\(file) is not of the form that is known"
    self.metricCount = metricCount
  }

  /// Several failures as one: the first one's words, the sum of the metrics.
  init?(_ failures: [ScrapeError]) {
    guard let first = failures.first else { return nil }
    let more = failures.count > 1 ? " (and \(failures.count - 1) more)" : ""
    description = first.description + more
    metricCount = failures.reduce(0) { $0 + $1.metricCount }
  }
}

extension KernelFile {
  /// Reads the file, or throws what a scraper throws.
  mutating func load(_ path: StaticString, metricCount: Int = 1) throws(ScrapeError) {
    do {
      try read(path)
    } catch {
      throw ScrapeError("\(path)", error, metricCount: metricCount)
    }
  }
}
