import CAllocations
import Diagnostics
import Telemetry
import Testing

@testable import Receivers

@Suite struct HostScrapeAllocationTests {
  /// What a scrape asks memory for, however many points it has: its request, a directory's stream, and
  /// what the compiler leaves where it does not optimize.
  private static let perScrape = 6

  @Test(
    "a scraper allocates nothing for a point once it has run twice",
    arguments: ScraperKind.allCases.filter { $0 != .process && $0 != .nfs })
  func steadyState(kind: ScraperKind) {
    guard swiftlet_counts_allocations() != 0 else { return }
    var config = ScraperConfig(kind)
    config.switches = MetricSwitches(kind.metrics, everything: true)
    let scrape = HostScrape(
      HostMetricsReceiverConfig(scrapers: [config]), log: .discarding,
      metrics: MetricsScope(MetricsRegistry()), version: "1")
    for time in 1...3 { _ = scrape.run(at: UInt64(time)) }
    let before = swiftlet_allocation_count()
    let payload = scrape.run(at: 4)
    let count = Int(swiftlet_allocation_count() - before)
    #expect(payload.itemCount > 0)
    #expect(count <= Self.perScrape, "\(count) for \(payload.itemCount) points")
  }
}
