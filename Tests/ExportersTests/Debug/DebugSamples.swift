import Bytes
import Telemetry
import TestSupport

/// Requests that use every part of the debug exporter's layout.
enum DebugSamples {
  /// One span with attributes of several types, an event and a link.
  static func span() -> Payload {
    var buffer = ByteBuffer()
    buffer.appendField(1) { group in
      group.appendField(1) { BatchBuilder.appendAttribute(&$0, 1, "service.name", "shop") }
      group.appendField(2) { scope in
        scope.appendField(1) {
          $0.appendField(1, text: "lib")
          $0.appendField(2, text: "1.0")
        }
        scope.appendField(2) { appendSpan(&$0) }
      }
      group.appendField(3, text: "https://example.org/1")
    }
    return Payload(buffer.takeSlice(), itemCount: 1)
  }

  private static func appendSpan(_ span: inout ByteBuffer) {
    let spanID: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 1]
    let traceID = BatchBuilder.traceID
    span.appendField(1, bytes: traceID.span)
    span.appendField(2, bytes: spanID.span)
    span.appendField(5, text: "GET /")
    span.appendField(6, varint: 2)
    appendTime(&span, 7, BatchBuilder.startTime + 500_000_000)
    appendTime(&span, 8, BatchBuilder.startTime + 1_000_000_000)
    appendPair(&span, "list") { value in
      value.appendField(5) { list in
        list.appendField(1) { $0.appendField(3, varint: 1) }
        list.appendField(1) { $0.appendField(1, text: "a") }
        list.appendField(1) { $0.appendField(2, varint: 1) }
      }
    }
    appendPair(&span, "map") { value in
      value.appendField(6) { map in
        map.appendField(1) { pair in
          pair.appendField(1, text: "k")
          pair.appendField(2) { appendDouble(&$0, 4, 1.5) }
        }
      }
    }
    let bytes: [UInt8] = [0, 255]
    appendPair(&span, "bytes") { $0.appendField(7, bytes: bytes.span) }
    span.appendField(11) { event in
      appendTime(&event, 1, 1)
      event.appendField(2, text: "exception")
      BatchBuilder.appendAttribute(&event, 3, "exception.type", "E")
    }
    span.appendField(13) { link in
      link.appendField(1, bytes: traceID.span)
      link.appendField(2, bytes: spanID.span)
      link.appendField(3, text: "a=1")
      link.appendField(5, varint: 2)
    }
    span.appendField(15) { status in
      status.appendField(2, text: "broken")
      status.appendField(3, varint: 2)
    }
  }

  /// A sum, a histogram and a gauge.
  static func metrics() -> Payload {
    var buffer = ByteBuffer()
    buffer.appendField(1) { group in
      group.appendField(2) { scope in
        scope.appendField(2) { appendSum(&$0) }
        scope.appendField(2) { appendHistogram(&$0) }
        scope.appendField(2) { metric in
          metric.appendField(1, text: "temperature")
          metric.appendField(5) { $0.appendField(1) { appendDouble(&$0, 4, -2.5) } }
        }
      }
    }
    return Payload(buffer.takeSlice(), itemCount: 3)
  }

  private static func appendSum(_ metric: inout ByteBuffer) {
    metric.appendField(1, text: "requests")
    metric.appendField(2, text: "how many")
    metric.appendField(3, text: "1")
    metric.appendField(7) { sum in
      sum.appendField(1) { point in
        appendTime(&point, 3, BatchBuilder.startTime)
        appendTime(&point, 6, 7)
        BatchBuilder.appendAttribute(&point, 7, "host.name", "a")
      }
      sum.appendField(2, varint: 2)
      sum.appendField(3, varint: 1)
    }
  }

  private static func appendHistogram(_ metric: inout ByteBuffer) {
    metric.appendField(1, text: "latency")
    metric.appendField(3, text: "s")
    metric.appendField(9) { histogram in
      histogram.appendField(1) { point in
        appendTime(&point, 4, 3)
        appendDouble(&point, 5, 1.25)
        point.appendField(6) { counts in
          counts.appendFixed64(1)
          counts.appendFixed64(2)
        }
        point.appendField(7) { $0.appendFixed64((0.5).bitPattern) }
      }
      histogram.appendField(2, varint: 1)
    }
  }

  private static func appendPair(
    _ span: inout ByteBuffer, _ key: String, _ value: (inout ByteBuffer) -> Void
  ) {
    span.appendField(9) { pair in
      pair.appendField(1, text: key)
      pair.appendField(2) { value(&$0) }
    }
  }

  private static func appendTime(_ buffer: inout ByteBuffer, _ number: Int, _ time: UInt64) {
    buffer.appendTag(number, .fixed64)
    buffer.appendFixed64(time)
  }

  private static func appendDouble(_ buffer: inout ByteBuffer, _ number: Int, _ value: Double) {
    appendTime(&buffer, number, value.bitPattern)
  }
}
