import ExporterSupport
import Bytes
import Components
import Synchronization
import Telemetry
import TestSupport
import Testing

@testable import Exporters

@Suite struct DebugTextTests {
  private func text(
    _ signal: Signal, _ payload: Payload, _ verbosity: DebugExporterConfig.Verbosity = .detailed
  ) -> String {
    let written = Mutex("")
    let text = DebugText { piece in written.withLock { $0 += piece } }
    if verbosity == .normal {
      NormalText(text).append(signal, payload)
    } else {
      var detailed = DetailedText(text)
      detailed.append(signal, payload)
    }
    return written.withLock { $0 }
  }

  @Test("a span is written in the reference's layout")
  func detailedSpan() {
    #expect(
      text(.traces, DebugSamples.span()) == """
        ResourceSpans #0
        Resource SchemaURL: https://example.org/1
        Resource attributes:
             -> service.name: Str(shop)
        ScopeSpans #0
        ScopeSpans SchemaURL:\u{20}
        InstrumentationScope lib 1.0
        Span #0
            Trace ID       : 0102030405060708090a0b0c0d0e0f10
            Parent ID      :\u{20}
            ID             : 0000000000000001
            Name           : GET /
            Kind           : Server
            Start time     : 2023-11-14 22:13:20.5 +0000 UTC
            End time       : 2023-11-14 22:13:21 +0000 UTC
            Status code    : Error
            Status message : broken
        Attributes:
             -> list: Slice([1,"a",true])
             -> map: Map({"k":1.5})
             -> bytes: Bytes(AP8=)
        Events:
        SpanEvent #0
             -> Name: exception
             -> Timestamp: 1970-01-01 00:00:00.000000001 +0000 UTC
             -> DroppedAttributesCount: 0
             -> Attributes::
                  -> exception.type: Str(E)
        Links:
        SpanLink #0
             -> Trace ID: 0102030405060708090a0b0c0d0e0f10
             -> ID: 0000000000000001
             -> TraceState: a=1
             -> DroppedAttributesCount: 2

        """)
  }

  @Test("log records are written in the reference's layout")
  func detailedLogRecord() {
    let lines = text(.logs, BatchBuilder.payload(.logs, 1)).split(separator: "\n")
    #expect(
      lines.suffix(11).joined(separator: "\n") == """
        LogRecord #0
        ObservedTimestamp: 2023-11-14 22:13:20 +0000 UTC
        Timestamp: 2023-11-14 22:13:20 +0000 UTC
        SeverityText: INFO
        SeverityNumber: Info(9)
        Body: Str(record 0)
        Attributes:
             -> code.function.name: Str(main)
        Trace ID:\u{20}
        Span ID:\u{20}
        Flags: 0
        """)
  }

  @Test("metrics of every kind are written in the reference's layout")
  func detailedMetrics() {
    let lines = text(.metrics, DebugSamples.metrics()).split(separator: "\n").dropFirst(5)
    #expect(
      lines.joined(separator: "\n") == """
        Metric #0
        Descriptor:
             -> Name: requests
             -> Description: how many
             -> Unit: 1
             -> DataType: Sum
             -> IsMonotonic: true
             -> AggregationTemporality: Cumulative
        NumberDataPoints #0
        Data point attributes:
             -> host.name: Str(a)
        StartTimestamp: 1970-01-01 00:00:00 +0000 UTC
        Timestamp: 2023-11-14 22:13:20 +0000 UTC
        Value: 7
        Metric #1
        Descriptor:
             -> Name: latency
             -> Description:\u{20}
             -> Unit: s
             -> DataType: Histogram
             -> AggregationTemporality: Delta
        HistogramDataPoints #0
        StartTimestamp: 1970-01-01 00:00:00 +0000 UTC
        Timestamp: 1970-01-01 00:00:00 +0000 UTC
        Count: 3
        Sum: 1.250000
        ExplicitBounds #0: 0.500000
        Buckets #0, Count: 1
        Buckets #1, Count: 2
        Metric #2
        Descriptor:
             -> Name: temperature
             -> Description:\u{20}
             -> Unit:\u{20}
             -> DataType: Gauge
        NumberDataPoints #0
        StartTimestamp: 1970-01-01 00:00:00 +0000 UTC
        Timestamp: 1970-01-01 00:00:00 +0000 UTC
        Value: -2.500000
        """)
  }

  @Test("normal writes one line a resource, a scope and an item")
  func normal() {
    #expect(
      text(.traces, BatchBuilder.payload(.traces, 2), .normal) == """
        ResourceTraces #0 service.name=shop
        ScopeTraces #0 builder@1.0
        span-0 0102030405060708090a0b0c0d0e0f10 0000000000000001 http.request.method=GET
        span-1 0102030405060708090a0b0c0d0e0f10 0000000000000002 http.request.method=GET

        """)
    #expect(
      text(.logs, BatchBuilder.payload(.logs, 1), .normal)
        == "ResourceLog #0 service.name=shop\nScopeLog #0 builder@1.0\n"
        + "record 0 code.function.name=main\n")
    #expect(
      text(.metrics, DebugSamples.metrics(), .normal) == """
        ResourceMetrics #0
        ScopeMetrics #0
        requests{host.name=a} 7
        latency{} count=3 sum=1.25 le0.5=1 2
        temperature{} -2.5

        """)
  }

  @Test("resources of several slices are numbered through")
  func severalSlices() {
    var payload = BatchBuilder.payload(.traces, 1)
    payload.append(BatchBuilder.payload(.traces, 1))
    let titles = text(.traces, payload).split(separator: "\n")
      .filter { $0.hasPrefix("ResourceSpans") }
    #expect(titles == ["ResourceSpans #0", "ResourceSpans #1"])
  }

  @Test("control characters of telemetry are escaped")
  func escapes() {
    let payload = BatchBuilder.payload(
      .logs, 1, service: "a\nResourceLog #9\u{1B}[2J\u{85}\t\u{1F426}")
    let written = text(.logs, payload)
    #expect(written.contains(#"Str(a\nResourceLog #9\u{1b}[2J\u{85}\t"#))
    #expect(written.contains("\u{1F426}"))
    #expect(!written.contains("\u{1B}"))
  }

  @Test("nesting beyond 32 levels is cut")
  func boundsDepth() {
    var value = ByteBuffer()
    value.appendField(1, text: "deep")
    for _ in 0..<500 {
      var outer = ByteBuffer()
      let inner = value.takeSlice()
      outer.appendField(5) { $0.appendField(1, bytes: inner.span) }
      value = outer
    }
    let inner = value.takeSlice()
    var buffer = ByteBuffer()
    buffer.appendField(1) {
      $0.appendField(2) { $0.appendField(2) { $0.appendField(5, bytes: inner.span) } }
    }
    let written = text(.logs, Payload(buffer.takeSlice(), itemCount: 1))
    #expect(written.contains("[...]") && !written.contains("deep"))
  }

  @Test("long text comes in pieces that end with an item")
  func pieces() {
    let pieces = Mutex<[String]>([])
    let text = DebugText { piece in pieces.withLock { $0.append(piece) } }
    var detailed = DetailedText(text)
    detailed.append(.traces, BatchBuilder.payload(.traces, 2000))
    let all = pieces.withLock { $0 }
    #expect(all.count > 5)
    #expect(all.allSatisfy { $0.utf8.count < 70_000 && $0.hasSuffix("\n") })
  }

  @Test("truncated requests are written as far as they go")
  func truncation() {
    for (signal, payload) in [
      (Signal.traces, DebugSamples.span()), (.metrics, DebugSamples.metrics()),
      (.logs, BatchBuilder.payload(.logs, 1)), (.profiles, BatchBuilder.payload(.profiles, 1)),
    ] {
      let bytes = payload.joined()
      for count in 0..<bytes.count {
        let part = Payload(bytes[0..<count], itemCount: 1)
        _ = text(signal, part)
        _ = text(signal, part, .normal)
      }
    }
  }

  @Test(
    "days are those of the calendar",
    arguments: [
      (0, "1970-01-01"), (59, "1970-03-01"), (789, "1972-02-29"), (11_016, "2000-02-29"),
      (19_675, "2023-11-14"), (47_540, "2100-02-28"), (47_541, "2100-03-01"),
    ])
  func days(day: Int, date: String) {
    let time = DebugText.time(UInt64(day) * 86_400_000_000_000)
    #expect(time == date + " 00:00:00 +0000 UTC")
  }

  @Test(
    "numbers have six decimals or as few digits as tell them",
    arguments: [
      (1.0, "1.000000", "1"), (1e15, "1000000000000000.000000", "1000000000000000"),
      (123_456_789_012.5, "123456789012.500000", "123456789012.5"),
      (0.999_999_99, "1.000000", "0.99999999"), (-0.5, "-0.500000", "-0.5"),
      (1e300, "1e+300", "1e+300"),
      (0.1234567, "0.123457", "0.1234567"), (.infinity, "+Inf", "inf"),
    ])
  func numbers(number: Double, fixed: String, shortest: String) {
    #expect(DebugText.fixed(number) == fixed)
    #expect(DebugText.shortest(number) == shortest)
  }
}
