import Bytes
import Telemetry
import Testing

@Suite struct MetricsWriterTests {
  private func lines(_ write: (inout MetricsWriter) -> Void) throws -> [String] {
    var writer = MetricsWriter(version: "1.2")
    writer.time = 9
    writer.startTime = 3
    writer.select(scope: "scope")
    write(&writer)
    let payload = writer.takePayload()
    let request = try RequestValidator.validate(payload.joined(), signal: .metrics)
    #expect(request.itemCount == payload.itemCount)
    #expect(request.rejected.isEmpty)
    return Array(RequestText.of(payload.joined(), signal: .metrics).dropFirst(2))
  }

  @Test(
    "numbers have their kind",
    arguments: [
      (MetricShape.Kind.gauge, "metric|m|d|u|{}|5|0|false", "number|0|9|0|"),
      (.counter, "metric|m|d|u|{}|7|2|true", "number|3|9|0|"),
      (.upDownCounter, "metric|m|d|u|{}|7|2|false", "number|3|9|0|"),
    ])
  func numbers(kind: MetricShape.Kind, metric: String, point: String) throws {
    let lines = try lines { writer in
      writer.open(MetricShape("m", kind, unit: "u", "d"))
      writer.attribute("k", "v")
      writer.point(Int64(-5))
      writer.point(UInt64(7))
      writer.point(0.5)
      writer.close()
    }
    #expect(lines.count == 4)
    #expect(lines[0] == metric)
    #expect(lines[1].hasPrefix(point) && lines[1].contains("k") && lines[1].contains("-5"))
    #expect(lines[2].hasPrefix(point) && lines[2].contains("7"))
  }

  @Test("a histogram has its counts and bounds")
  func histogram() throws {
    let lines = try lines { writer in
      writer.open(MetricShape("m", .histogram, unit: "s", "d"))
      writer.attribute("k", "v")
      writer.histogram(counts: [1, 2, 300].span, bounds: [0.5, 1].span, sum: 2)
      writer.close()
    }
    #expect(lines.count == 2)
    #expect(lines[0] == "metric|m|d|s|{}|9|2|false")
    #expect(lines[1].contains("|303|") && lines[1].contains("1,2,300"))
  }

  @Test("an exponential histogram has its buckets")
  func exponential() throws {
    let lines = try lines { writer in
      writer.open(MetricShape("m", .exponentialHistogram, unit: "s", "d"))
      writer.attribute("k", "v")
      writer.exponentialHistogram(scale: 0, offset: -30, counts: [1, 0, 300].span, zeroCount: 2)
      writer.close()
    }
    #expect(lines.count == 2)
    #expect(lines[0] == "metric|m|d|s|{}|10|2|false")
    #expect(lines[1].contains("|303|") && lines[1].contains("|0|2|"))
    #expect(lines[1].contains("-30:1,0,300"))
  }

  @Test("a metric without points leaves nothing behind")
  func empty() throws {
    let lines = try lines { writer in
      writer.open(MetricShape("a", .gauge, unit: "1", "d"))
      writer.close()
      writer.open(MetricShape("b", .gauge, unit: "1", "d"))
      writer.point(Int64(1))
      writer.close()
    }
    #expect(lines.count == 2)
    #expect(lines[0].hasPrefix("metric|b|"))
  }
}
