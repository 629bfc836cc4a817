import Bytes
import Diagnostics
import Prometheus
import Testing

@testable import Service

@Suite struct OwnExpositionTests {
  private func text(
    level: MetricsLevel = .detailed, naming: OwnMetricNaming = OwnMetricNaming(),
    _ format: ExpositionFormat = ExpositionFormat(.text), _ fill: (MetricsRegistry) -> Void
  ) -> String {
    let registry = MetricsRegistry()
    fill(registry)
    let body = OwnExposition.body(
      registry.samples(), level: level, naming: naming,
      resource: [("service.version", "1"), ("service.name", "s")], format: format)
    return String(decoding: body.array, as: UTF8.self)
  }

  private static let target = """
    # HELP target_info Target metadata
    # TYPE target_info gauge
    target_info{service_name="s",service_version="1"} 1

    """

  @Test("writes each metric once with its help and type, then its series")
  func layout() {
    let text = text { registry in
      for receiver in ["a", "b"] {
        registry.counter(
          "otelcol_receiver_accepted_spans",
          [.init("transport", "grpc"), .init("receiver", receiver)]
        ).add(3)
      }
      registry.observe("otelcol_process_memory_rss", []) { 7 }
      registry.observeSum("otelcol_process_cpu_seconds", []) { 1.5 }
    }
    let expected = """
      # HELP otelcol_process_cpu_seconds Seconds of processor time, user and system.
      # TYPE otelcol_process_cpu_seconds counter
      otelcol_process_cpu_seconds 1.5
      # HELP otelcol_process_memory_rss Bytes of resident memory.
      # TYPE otelcol_process_memory_rss gauge
      otelcol_process_memory_rss 7
      # HELP otelcol_receiver_accepted_spans Items that pipelines have taken.
      # TYPE otelcol_receiver_accepted_spans counter
      otelcol_receiver_accepted_spans{receiver="a",transport="grpc"} 3
      otelcol_receiver_accepted_spans{receiver="b",transport="grpc"} 3

      """
    #expect(text == expected + OwnExpositionTests.target)
  }

  @Test("writes a histogram with cumulative buckets")
  func histogram() {
    let text = text { registry in
      let histogram = registry.histogram(
        "otelcol_exporter_queue_batch_send_size", [.init("exporter", "x")], bounds: [1, 2])
      for value in [1, 2, 2, 9] { histogram.record(value) }
    }
    let name = "otelcol_exporter_queue_batch_send_size"
    let lines = text.split(separator: "\n").dropFirst(2).prefix(5)
    #expect(
      Array(lines) == [
        "\(name)_bucket{exporter=\"x\",le=\"1\"} 1", "\(name)_bucket{exporter=\"x\",le=\"2\"} 3",
        "\(name)_bucket{exporter=\"x\",le=\"+Inf\"} 4", "\(name)_sum{exporter=\"x\"} 14",
        "\(name)_count{exporter=\"x\"} 4",
      ])
  }

  @Test("names get suffixes and scope labels where a reader asks for them")
  func naming() {
    let naming = OwnMetricNaming(hasScope: true, hasUnits: true, hasTypeSuffix: true)
    let text = text(naming: naming) { registry in
      registry.observeSum("otelcol_process_uptime", []) { 2 }
      registry.observe("swiftlet_exporter_held_bytes", [.init("exporter", "x")]) { 1 }
    }
    let scope = "otel_scope_name=\"swiftlet\",otel_scope_version=\"\(Version.number)\""
    #expect(text.contains("\notelcol_process_uptime_seconds_total{\(scope)} 2\n"))
    #expect(text.contains("\nswiftlet_exporter_held_bytes{exporter=\"x\",\(scope)} 1\n"))
  }

  @Test("label names and values cannot break the format")
  func escaping() {
    let text = text { registry in
      registry.gauge("g", [.init("otel.signal", "a\"b\\c\nd"), .init("1x", "")]).set(1)
    }
    #expect(text.contains("\ng{key_1x=\"\",otel_signal=\"a\\\"b\\\\c\\nd\"} 1\n"))
  }

  @Test(
    "each level shows what the one below shows, and more",
    arguments: [
      (MetricsLevel.basic, [true, false, false]), (.normal, [true, true, false]),
      (.detailed, [true, true, true]),
    ])
  func levels(level: MetricsLevel, expected: [Bool]) {
    let names = [
      "otelcol_exporter_sent_spans", "otelcol_exporter_queue_size",
      "otelcol_exporter_queue_batch_send_size_bytes",
    ]
    let text = text(level: level) { registry in
      for name in names { registry.counter(name, []).add() }
    }
    #expect(names.map { text.contains("\n\($0) ") } == expected)
  }

  @Test("durations are recorded in microseconds and shown in seconds, names with underscores")
  func durations() {
    let text = text(naming: OwnMetricNaming(hasUnits: true)) { registry in
      let scope = MetricsScope(registry).with("rpc.method", "m")
      for value in [5000, 5001, 1_500_000] {
        scope.durations("rpc.server.call.duration").record(value)
      }
    }
    let name = "rpc_server_call_duration_seconds"
    for line in [
      "# TYPE \(name) histogram", "\(name)_bucket{rpc_method=\"m\",le=\"0.005\"} 1",
      "\(name)_bucket{rpc_method=\"m\",le=\"0.01\"} 2",
      "\(name)_bucket{rpc_method=\"m\",le=\"2.5\"} 3", "\(name)_sum{rpc_method=\"m\"} 1.510001",
    ] {
      #expect(text.contains("\n\(line)\n") || text.hasPrefix(line), "\(line) in \(text)")
    }
  }

  @Test("OpenMetrics has the same names, with types, units and an end")
  func openMetrics() {
    let naming = OwnMetricNaming(hasUnits: true, hasTypeSuffix: true)
    let text = text(naming: naming, ExpositionFormat(.openMetrics)) { registry in
      registry.observeSum("otelcol_process_cpu_seconds", []) { 1.5 }
      registry.observeLevel("swiftlet_exporter_oldest_batch_age_seconds", []) { 0.25 }
    }
    let expected = """
      # TYPE otelcol_process_cpu_seconds counter
      # UNIT otelcol_process_cpu_seconds seconds
      # HELP otelcol_process_cpu_seconds Seconds of processor time, user and system.
      otelcol_process_cpu_seconds_total 1.5
      # TYPE swiftlet_exporter_oldest_batch_age_seconds gauge
      # UNIT swiftlet_exporter_oldest_batch_age_seconds seconds
      # HELP swiftlet_exporter_oldest_batch_age_seconds \
      How long the oldest batch that is not delivered has waited.
      swiftlet_exporter_oldest_batch_age_seconds 0.25
      # TYPE target info
      # HELP target Target metadata
      target_info{service_name="s",service_version="1"} 1
      # EOF

      """
    #expect(text == expected)
  }
}
