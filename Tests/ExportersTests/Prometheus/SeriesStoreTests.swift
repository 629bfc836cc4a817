import Bytes
import Prometheus
import Queues
import Sockets
import Telemetry
import Testing

@testable import Exporters

/// A store and its expositions.
struct StoreRig {
  let store: SeriesStore

  init(_ change: (inout PrometheusExporterConfig) -> Void = { _ in }) {
    var config = PrometheusExporterConfig(address: .tcp(host: "localhost", port: 0))
    change(&config)
    store = SeriesStore(config)
  }

  /// Takes the request in at `second`.
  func apply(at second: Int64 = 1, _ build: (inout MetricRequest) -> Void) {
    var request = MetricRequest()
    build(&request)
    store.apply(request.payload, at: MonotonicTime(nanoseconds: second * 1_000_000_000))
  }

  /// The exposition, rendered in slices.
  func exposition(_ format: ExpositionFormat = ExpositionFormat(.text)) -> String {
    var rendering = ScrapeRendering(format, store.config)
    while !rendering.advance(store) {}
    return rendering.pieces.map(\.text).joined()
  }

  /// The lines of the samples, without those of targets.
  var samples: [String] {
    exposition().split(separator: "\n").map(String.init)
      .filter { !$0.hasPrefix("#") && !$0.hasPrefix("target_info") }
  }

  var dropped: [String: Int] {
    Dictionary(uniqueKeysWithValues: store.takeDropped().map { ($0.0.rawValue, $0.1) })
  }
}

@Suite struct SeriesStoreTests {
  @Test("exposes every kind of metric")
  func kinds() {
    let rig = StoreRig()
    rig.apply { request in
      request.scope = "lib"
      request.gauge("level", 1.5, ["b": "2", "a": "1"], help: "How high.")
      request.sum("made", 3, unit: "By")
      request.sum("open", -1, isMonotonic: false)
      request.histogram("took", [1, 2], [0.5], sum: 4)
      request.summary("delay", [(0.9, 2), (0.5, 1)])
      request.exponential("size", scale: 0, offset: 0, [1, 2], zeros: 1)
      request.gauge("odd", 1, hint: "unknown")
    }
    let common = "job=\"shop\",otel_scope_name=\"lib\""
    #expect(
      rig.exposition() == """
        # HELP target_info Target metadata
        # TYPE target_info gauge
        target_info{job="shop"} 1
        # HELP level How high.
        # TYPE level gauge
        level{\(common),a="1",b="2"} 1.5
        # TYPE made_bytes_total counter
        made_bytes_total{\(common)} 3
        # TYPE open gauge
        open{\(common)} -1
        # TYPE took histogram
        took_bucket{\(common),le="0.5"} 1
        took_bucket{\(common),le="+Inf"} 3
        took_sum{\(common)} 4
        took_count{\(common)} 3
        # TYPE delay summary
        delay{\(common),quantile="0.5"} 1
        delay{\(common),quantile="0.9"} 2
        delay_sum{\(common)} 8
        delay_count{\(common)} 4
        # TYPE size histogram
        size_bucket{\(common),le="+Inf"} 4
        size_sum{\(common)} 10
        size_count{\(common)} 4
        # TYPE odd untyped
        odd{\(common)} 1

        """)
  }

  @Test("finds a series again, whatever the order of its attributes")
  func order() {
    let rig = StoreRig()
    rig.apply { $0.gauge("x", 1, ["a": "1", "b": "2"]) }
    rig.apply { $0.gauge("x", 2, ["b": "2", "a": "1"]) }
    rig.apply { $0.gauge("x", 3, ["a": "1", "b": "2"]) }
    #expect(rig.samples == [#"x{job="shop",a="1",b="2"} 3"#])
    #expect(rig.store.liveCount == 1)
  }

  @Test("joins labels that become one, and keeps those of the target")
  func labels() {
    let rig = StoreRig { $0.constantLabels = [("site", "x")] }
    rig.apply {
      $0.gauge("x", 1, ["a.b": "1", "a_b": "0", "job": "mine", "site": "y", "empty": ""])
    }
    #expect(
      rig.samples == [#"x{job="shop",site="x",a_b="1;0",exported_job="mine",exported_site="y"} 1"#])
  }

  @Test("adds deltas up, in numbers and buckets")
  func deltas() {
    let rig = StoreRig()
    for step in 1...3 as ClosedRange<UInt64> {
      rig.apply { request in
        request.sum("made", 2, temporality: 1, time: step)
        request.histogram("took", [1, 1], [1], sum: 3, temporality: 1, time: step)
        request.exponential(
          "size", scale: Int32(3 - step), offset: 0, [1, 1], temporality: 1, time: step)
      }
    }
    #expect(rig.samples.contains(#"made_total{job="shop"} 6"#))
    #expect(rig.samples.contains(#"took_bucket{job="shop",le="1"} 3"#))
    #expect(rig.samples.contains(#"took_sum{job="shop"} 9"#))
    #expect(rig.samples.contains(#"size_count{job="shop"} 6"#))
    rig.apply { $0.sum("made", 2, temporality: 1, time: 3) }
    #expect(rig.dropped == ["out_of_order": 1])
    #expect(rig.samples.contains(#"made_total{job="shop"} 6"#))
  }

  @Test("drops what Prometheus has nothing for, and says why")
  func drops() {
    let rig = StoreRig()
    rig.apply { request in
      request.sum("falls", 1, temporality: 1, isMonotonic: false)
      request.sum("unsaid", 1, temporality: 0)
      request.exponential("coarse", scale: -5, offset: 0, [1])
      request.histogram("wrong", [1, 2, 3], [1], sum: 1)
      request.histogram("unsorted", [1, 2, 3], [2, 1], sum: 1)
      request.gauge("", 1)
      request.gauge("fine", 1)
    }
    #expect(rig.dropped == ["unsupported": 3, "invalid": 3])
    #expect(rig.samples == [#"fine{job="shop"} 1"#])
  }

  @Test("drops the series that clashes, not the one that was there")
  func clashes() {
    let rig = StoreRig()
    rig.apply { request in
      request.gauge("a.b", 1)
      request.gauge("a_b", 2)
      request.gauge("a_b", 3, ["k": "v"])
      request.sum("c", 1)
      request.gauge("c_total", 2)
      request.histogram("h", [1, 1], [1], sum: 1)
      request.gauge("h_count", 2)
      request.gauge("target_info", 2)
    }
    #expect(rig.dropped == ["name_collision": 3, "type_conflict": 1])
    #expect(
      rig.samples.filter { $0.hasPrefix("a_b") } == [
        #"a_b{job="shop"} 1"#, #"a_b{job="shop",k="v"} 3"#,
      ])
    #expect(rig.samples.filter { $0.hasPrefix("c_total") } == [#"c_total{job="shop"} 1"#])
  }

  @Test("lets go of series that are not updated, and of their names")
  func expiry() {
    let rig = StoreRig { $0.expiration = .seconds(10) }
    rig.apply(at: 1) { $0.gauge("x", 1, ["old": "1"]) }
    rig.apply(at: 8) { $0.gauge("y", 1) }
    rig.store.advance(to: MonotonicTime(nanoseconds: 12_000_000_000))
    #expect(rig.samples == [#"y{job="shop"} 1"#])
    rig.apply(at: 20) { $0.sum("x", 4, isMonotonic: false) }
    rig.apply(at: 20) { $0.histogram("x", [1, 1], [1], sum: 1) }
    #expect(rig.samples == [#"x{job="shop"} 4"#])
    #expect(rig.dropped == ["type_conflict": 1])
    for second in 3...40 as ClosedRange<Int64> {
      rig.apply(at: second * 10) { $0.gauge("churn", 1, ["second": "\(second)"]) }
    }
    #expect(rig.store.liveCount <= 3)
    #expect(rig.store.series.count <= 6)
    #expect(rig.store.labels.count < 200)
    rig.store.advance(to: MonotonicTime(nanoseconds: 1_000_000_000_000))
    #expect(rig.store.series.count == 0 && rig.store.families.capacity == 0)
    rig.apply(at: 1001) { $0.gauge("x", 5) }
    #expect(rig.samples == [#"x{job="shop"} 5"#])
  }

  @Test("hides a series without a value, and shows it again")
  func noRecordedValue() {
    let rig = StoreRig()
    rig.apply { $0.gauge("x", 1) }
    rig.apply { $0.gauge("x", 0, flags: 1) }
    #expect(rig.samples.isEmpty)
    rig.apply { $0.gauge("x", 2) }
    #expect(rig.samples == [#"x{job="shop"} 2"#])
  }

  @Test("holds no more series than the limit; deltas go to an overflow")
  func limit() {
    let rig = StoreRig { $0.seriesLimit = 3 }
    for step in 1...10 as ClosedRange<UInt64> {
      rig.apply { $0.sum("made", 1, ["n": "\(step)"], temporality: 1, time: step) }
      rig.apply { $0.gauge("level", 1, ["n": "\(step)"], time: step) }
    }
    #expect(rig.samples.contains(#"made_total{otel_metric_overflow="true"} 8"#))
    #expect(rig.samples.filter { $0.hasPrefix("level") }.count == 1)
    #expect(rig.dropped == ["series_limit": 9])
    #expect(rig.store.overflowedPointCount == 8)
  }

  @Test("bounds what a sender of ever new scopes can make it hold")
  func churningScopes() {
    let rig = StoreRig { $0.seriesLimit = 10 }
    for step in 0..<5000 {
      rig.apply { request in
        request.resource.append(("run", "\(step)"))
        request.scope = "scope \(step)"
        request.gauge("x", 1)
        request.gauge("name_\(step)", 1)
      }
    }
    #expect(rig.store.liveCount == 10)
    #expect(rig.store.shared.count < 3000)
    #expect(rig.store.scopes.count < 3000)
    #expect(rig.store.resources.count < 3000)
    #expect(rig.store.families.count <= 10)
    #expect(rig.store.targets.count == 1)
  }

  @Test("renders the same in slices, while new series come")
  func slices() {
    let rig = StoreRig()
    for index in 0..<5000 { rig.apply { $0.gauge("x", 1, ["n": "\(index)"]) } }
    var rendering = ScrapeRendering(ExpositionFormat(.protobuf), rig.store.config)
    var slices = 1
    while !rendering.advance(rig.store) {
      slices += 1
      rig.apply { $0.gauge("x", 1, ["late": "\(slices)"]) }
    }
    #expect(slices > 2)
    #expect(rendering.seriesCount == 5000 + slices - 1)
  }

  @Test("never breaks on a request that ends anywhere or is changed anywhere")
  func hostileBytes() {
    var request = MetricRequest()
    request.sum("made", 3, ["a": "1"], exemplar: 2)
    request.histogram("took", [1, 2], [0.5], sum: 4, ["a": "1"])
    request.exponential("size", scale: 20, offset: -3, [1, 0, 2], negative: [1])
    request.summary("delay", [(0.5, 1)], ["quantile": "x"])
    let bytes = request.payload.joined().array
    for end in bytes.indices {
      let rig = StoreRig()
      var flipped = bytes
      flipped[end] ^= 0xFF
      for hostile in [Array(bytes[..<end]), flipped] {
        rig.store.apply(
          Payload(ByteSlice(hostile), itemCount: 4), at: MonotonicTime(nanoseconds: 0))
      }
      _ = rig.exposition()
      _ = rig.exposition(ExpositionFormat(.protobuf))
      _ = rig.exposition(ExpositionFormat(.openMetrics))
    }
  }
}
