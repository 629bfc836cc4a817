internal import Bytes
internal import Diagnostics

/// Own metrics as an OTLP request; opentelemetry/proto/collector/metrics/v1/metrics_service.proto.
struct OwnMetricRequest {
  /// When the values were read.
  let time: WallTime
  /// Since when sums count, by the time of the last export where they are deltas.
  let start: WallTime
  /// Whether a series tells what has come since the last export.
  let isDelta: (MetricsRegistry.Sample) -> Bool

  /// `AGGREGATION_TEMPORALITY_DELTA` and `AGGREGATION_TEMPORALITY_CUMULATIVE`.
  private static let (delta, cumulative): (UInt64, UInt64) = (1, 2)

  /// The protobuf bytes of a request with `samples`, which are ordered by name; what `level` leaves
  /// out is not in it.
  func encode(
    _ samples: [MetricsRegistry.Sample], begin: WallTime, level: MetricsLevel,
    resource: [(key: String, value: String)]
  ) -> ByteSlice {
    var buffer = ByteBuffer(minimumCapacity: 16 << 10)
    buffer.appendField(1) { request in
      OwnScope.append(resource: resource, to: &request)
      request.appendField(2) { scoped in
        OwnScope.appendScope(to: &scoped)
        var index = 0
        while index < samples.count {
          let name = samples[index].key.name
          var end = index + 1
          while end < samples.count, samples[end].key.name == name { end += 1 }
          let entry = MetricCatalog.entry(of: name)
          if entry.level <= level {
            scoped.appendField(2) { append(samples[index..<end], entry, begin, to: &$0) }
          }
          index = end
        }
      }
    }
    return buffer.takeSlice()
  }

  private func append(
    _ series: ArraySlice<MetricsRegistry.Sample>, _ entry: MetricCatalog.Entry, _ begin: WallTime,
    to metric: inout ByteBuffer
  ) {
    guard let first = series.first else { return }
    metric.appendField(1, text: first.key.name)
    metric.appendField(2, text: entry.help)
    if !entry.unit.isEmpty { metric.appendField(3, text: entry.unit) }
    let (field, isSum) =
      switch first.reading {
      case .gauge, .level: (5, false)
      case .counter, .sum: (7, true)
      case .histogram: (9, false)
      }
    metric.appendField(field) { data in
      for sample in series {
        data.appendField(1) { append(sample, begin: isDelta(sample) ? start : begin, to: &$0) }
      }
      guard field != 5 else { return }
      data.appendField(
        2, varint: isDelta(first) ? OwnMetricRequest.delta : OwnMetricRequest.cumulative)
      if isSum { data.appendField(3, varint: 1) }
    }
  }

  private func append(
    _ sample: MetricsRegistry.Sample, begin: WallTime, to point: inout ByteBuffer
  ) {
    point.appendField(2, fixed64: OwnMetricRequest.nanoseconds(begin))
    point.appendField(3, fixed64: OwnMetricRequest.nanoseconds(time))
    switch sample.reading {
    case .counter(let value), .gauge(let value):
      point.appendField(6, fixed64: UInt64(bitPattern: Int64(value)))
    case .sum(let value), .level(let value): point.appendField(4, double: value)
    case .histogram(let values): append(values, to: &point)
    }
    var number = 7
    if case .histogram = sample.reading { number = 9 }
    for label in sample.key.labels {
      OwnScope.append(number, label.name, .string(label.value), to: &point)
    }
  }

  private func append(_ values: Histogram.Reading, to point: inout ByteBuffer) {
    point.appendField(4, fixed64: UInt64(values.count))
    point.appendField(5, double: values.sum)
    point.appendField(6) { counts in
      for count in values.counts { counts.appendFixed64(UInt64(count)) }
    }
    point.appendField(7) { bounds in
      for bound in values.bounds { bounds.appendFixed64(bound.bitPattern) }
    }
  }

  private static func nanoseconds(_ time: WallTime) -> UInt64 {
    UInt64(clamping: time.milliseconds) * 1_000_000
  }
}
