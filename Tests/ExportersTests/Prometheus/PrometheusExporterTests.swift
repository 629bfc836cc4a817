import Bytes
import Components
import Configuration
import Diagnostics
import HTTPTypes
import Queues
import Sockets
import Telemetry
import TestSupport
import Testing
import Transport

@testable import Exporters

@Suite struct PrometheusExporterTests {
  static let local = PrometheusExporterConfig(address: .tcp(host: "127.0.0.1", port: 0))

  @Test("keeps the rules of life")
  func lifeCycle() async throws {
    try await checkLifeCycle(
      signal: .metrics,
      makeFailing: { rig, _ in
        PrometheusExporter(
          PrometheusExporterConfig(address: .unix(path: "/nonexistent/swiftlet")), rig.settings())
      },
      of: { rig, _ in PrometheusExporter(PrometheusExporterTests.local, rig.settings()) })
  }

  @Test("delivers a batch when its points are exposed, and counts what is dropped")
  func delivers() async throws {
    let rig = try TestRig()
    let exporter = PrometheusExporter(PrometheusExporterTests.local, rig.settings())
    try exporter.start(rig.host)
    var request = MetricRequest()
    request.gauge("fine", 1)
    request.sum("falls", 1, temporality: 1, isMonotonic: false)
    await withCheckedContinuation { settled in
      let batch = TelemetryBatch(
        signal: .metrics, payload: request.payload, origin: Origin(),
        delivery: Delivery { _ in settled.resume() })
      do throws(DeliveryError) {
        try exporter.consume(batch)
      } catch { batch.delivery.fail(error) }
    }
    #expect(rig.metric("swiftlet_prometheus_series") == 1)
    let dropped = rig.registry.samples().filter {
      $0.key.name == "swiftlet_prometheus_dropped_points" && $0.value > 0
    }
    #expect(dropped.map(\.value) == [1])
    #expect(dropped.first?.key.labels.contains { $0.value == "unsupported" } == true)
    #expect(exporter.address != nil)
    await stop(exporter)
  }

  @Test("series expire without a scrape or a batch, and no timer stays behind them")
  func expires() async throws {
    let rig = try TestRig()
    var config = PrometheusExporterTests.local
    config.expiration = .seconds(10)
    let exporter = PrometheusExporter(config, rig.settings())
    try exporter.start(rig.host)
    var request = MetricRequest()
    request.gauge("x", 1)
    await withCheckedContinuation { settled in
      let batch = TelemetryBatch(
        signal: .metrics, payload: request.payload, origin: Origin(),
        delivery: Delivery { _ in settled.resume() })
      do throws(DeliveryError) {
        try exporter.consume(batch)
      } catch { batch.delivery.fail(error) }
    }
    #expect(rig.metric("swiftlet_prometheus_series") == 1)
    var passed = 0
    while rig.metric("swiftlet_prometheus_series") != 0, passed < 1000 {
      await rig.advance(by: .seconds(1))
      passed += 1
    }
    // The sweep's answer comes from another queue, while which the clock goes on.
    #expect(passed > 10 && passed < 1000)
    await stop(exporter)
  }
}
