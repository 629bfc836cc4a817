import Bytes
import Components
import Diagnostics
import Dispatch
import Telemetry
import TestSupport
import Testing

@testable import Receivers

@Suite struct HostMetricsReceiverTests {
  private func receiver(
    _ config: HostMetricsReceiverConfig, _ rig: TestRig, _ next: any Consumer
  ) -> HostMetricsReceiver {
    HostMetricsReceiver(config, rig.settings(), [.metrics: next])
  }

  private var everything: HostMetricsReceiverConfig {
    HostMetricsReceiverConfig(scrapers: ScraperKind.allCases.map { ScraperConfig($0) })
  }

  @Test("keeps the rules of life")
  func lifeCycle() async throws {
    try await checkLifeCycle(
      signal: .metrics,
      makeFailing: { rig, next in
        HostMetricsReceiver(
          HostMetricsReceiverConfig(rootPath: "/nowhere", scrapers: [ScraperConfig(.cpu)]),
          rig.settings(), [.metrics: next])
      },
      of: { rig, next in
        HostMetricsReceiver(
          HostMetricsReceiverConfig(initialDelay: .zero, scrapers: [ScraperConfig(.cpu)]),
          rig.settings(), [.metrics: next])
      })
  }

  @Test("scrapes after the delay and then at each interval, in valid OTLP")
  func scrapes() async throws {
    let rig = try TestRig()
    let next = CollectingConsumer()
    let receiver = receiver(everything, rig, next)
    try receiver.start(rig.host)
    await rig.drain()
    #expect(next.batches.isEmpty)
    await rig.advance(by: .seconds(1))
    _ = await next.batches(atLeast: 1)
    await rig.drain()
    await rig.advance(by: .seconds(60))
    let batches = await next.batches(atLeast: 2)
    await stop(receiver)
    for batch in batches {
      let validated = try RequestValidator.validate(batch.payload.joined(), signal: .metrics)
      #expect(validated.rejected.isEmpty)
      #expect(validated.payload.itemCount == batch.payload.itemCount)
      #expect(batch.payload.itemCount > 50)
    }
    #expect(rig.memory.heldByteCount == 0)
    #expect(
      rig.metric("otelcol_receiver_accepted_metric_points")
        == batches.reduce(0) { $0 + $1.payload.itemCount })
  }

  @Test("drops and counts what is refused")
  func refused() async throws {
    let rig = try TestRig()
    let next = ScriptedConsumer([.refuse(.queueFull)])
    let receiver = receiver(
      HostMetricsReceiverConfig(scrapers: [ScraperConfig(.load)]), rig, next)
    try receiver.start(rig.host)
    await rig.drain()
    await rig.advance(by: .seconds(1))
    // The second scrape is posted behind the first one's end.
    while rig.metric("otelcol_receiver_refused_metric_points") != 3 {
      await rig.drain()
      await Task.yield()
    }
    await stop(receiver)
    #expect(rig.sink.messages(.warn).count == 1)
  }

  @Test("tells of a scraper that fails, and the others go on")
  func failing() async throws {
    let rig = try TestRig()
    let scrape = HostScrape(
      HostMetricsReceiverConfig(
        rootPath: "/nowhere", scrapers: [ScraperConfig(.cpu), ScraperConfig(.process)]),
      log: rig.settings().log, metrics: rig.settings().metrics, version: "1")
    let payload = scrape.run(at: 1_000_000_000)
    _ = scrape.run(at: 2_000_000_000)
    #expect(payload.isEmpty)
    #expect(rig.sink.messages(.warn).count == 2)
    #expect(rig.registry.samples().filter { $0.key.name.contains("errored") }.count == 2)
  }
}
