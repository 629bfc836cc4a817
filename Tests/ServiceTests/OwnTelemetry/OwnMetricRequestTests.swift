import Bytes
import Diagnostics
import OTLP
import Telemetry
import Testing

@testable import Service

@Suite struct OwnMetricRequestTests {
  private static let (begin, start, now) = (
    WallTime(milliseconds: 1000), WallTime(milliseconds: 2000), WallTime(milliseconds: 3000)
  )

  /// The request as JSON, which is made by other code than the request.
  private func json(
    _ temporality: OwnTemporality, level: MetricsLevel = .detailed,
    _ fill: (MetricsRegistry) -> Void
  ) throws -> String {
    let registry = MetricsRegistry()
    fill(registry)
    let request = OwnMetricRequest(
      time: OwnMetricRequestTests.now, start: OwnMetricRequestTests.start,
      isDelta: temporality.isDelta)
    let bytes = request.encode(
      registry.samples(), begin: OwnMetricRequestTests.begin, level: level,
      resource: [("service.name", "s")])
    let payload = try RequestValidator.validate(bytes, signal: .metrics).payload
    var text = ByteBuffer()
    try JSONRequestEncoder.encode(payload, as: .metrics, into: &text)
    return String(decoding: text.takeSlice().array, as: UTF8.self)
  }

  @Test("a request has the resource, the scope, and each metric with its points")
  func request() throws {
    let text = try json(.cumulative) { registry in
      for receiver in ["a", "b"] {
        registry.counter("otelcol_receiver_accepted_spans", [.init("receiver", receiver)]).add(3)
      }
      registry.gauge("swiftlet_memory_held_bytes", []).set(-1)
    }
    for part in [
      #"{"key":"service.name","value":{"stringValue":"s"}}"#,
      #""scope":{"name":"swiftlet","version":"\#(Version.number)"}"#,
      #"{"name":"otelcol_receiver_accepted_spans","description":"Items that pipelines have taken.""#,
      #""startTimeUnixNano":"1000000000","timeUnixNano":"3000000000","asInt":"3""#,
      #""attributes":[{"key":"receiver","value":{"stringValue":"b"}}]"#,
      #""aggregationTemporality":2,"isMonotonic":true"#,
      #""name":"swiftlet_memory_held_bytes","description":"Bytes that batches hold.","unit":"By""#,
      #""gauge":{"dataPoints":[{"#, #""asInt":"-1""#,
    ] {
      #expect(text.contains(part), "\(part) in \(text)")
    }
  }

  @Test("histograms and fractions keep their unit")
  func histogram() throws {
    let text = try json(.delta) { registry in
      let scope = MetricsScope(registry).with("rpc.method", "m")
      scope.durations("rpc.server.call.duration").record(5001)
      scope.observeLevel("swiftlet_exporter_oldest_batch_age_seconds") { 0.5 }
      registry.observeSum("otelcol_process_cpu_seconds", []) { 1.5 }
    }
    for part in [
      #""unit":"s","histogram":"#, #""count":"1","sum":0.005001,"bucketCounts":["0","1","0""#,
      #""explicitBounds":[0.005,0.01,"#, #""aggregationTemporality":1"#, #""asDouble":0.5"#,
      #""startTimeUnixNano":"2000000000""#, #""asDouble":1.5"#,
    ] {
      #expect(text.contains(part), "\(part) in \(text)")
    }
  }

  @Test("what the level leaves out is not sent")
  func level() throws {
    let text = try json(.cumulative, level: .basic) { registry in
      registry.gauge("otelcol_exporter_queue_size", []).set(1)
      registry.gauge("swiftlet_memory_held_bytes", []).set(1)
    }
    #expect(!text.contains("queue_size"))
    #expect(text.contains("held_bytes"))
  }

  @Test(
    "deltas tell what came since the last export that arrived",
    arguments: [
      (OwnTemporality.cumulative, [5, 8, 8, 10]), (.delta, [5, 3, 3, 5]),
      (.lowMemory, [5, 3, 3, 5]),
    ])
  func differences(temporality: OwnTemporality, expected: [Int]) {
    let registry = MetricsRegistry()
    let counter = registry.counter("c", [])
    var differences = OwnDifferences(temporality, start: OwnMetricRequestTests.begin)
    var seen: [Int] = []
    // The second export does not arrive: the third tells the same, the fourth all since the first.
    for (index, added) in [5, 3, 0, 2].enumerated() {
      counter.add(added)
      let taken = differences.take(registry.samples(), at: .init(milliseconds: Int64(index)))
      seen += taken.map(\.value)
      if index == 0 { differences.confirm() }
    }
    #expect(seen == expected)
    if temporality != .cumulative { #expect(differences.start == .init(milliseconds: 0)) }
  }

  @Test("histograms and asked-for sums follow the temporality too")
  func otherDifferences() throws {
    let registry = MetricsRegistry()
    let histogram = registry.histogram("h", [], bounds: [1])
    registry.observeSum("s", []) { 4 }
    for (temporality, sum) in [(OwnTemporality.delta, 0), (.lowMemory, 4)] {
      var differences = OwnDifferences(temporality, start: OwnMetricRequestTests.begin)
      _ = differences.take(registry.samples(), at: OwnMetricRequestTests.now)
      differences.confirm()
      histogram.record(7)
      let taken = differences.take(registry.samples(), at: OwnMetricRequestTests.now)
      #expect(
        taken.first?.reading == .histogram(.init(bounds: [1], counts: [0, 1], sum: 7)))
      #expect(taken.last?.value == sum)
    }
  }
}
