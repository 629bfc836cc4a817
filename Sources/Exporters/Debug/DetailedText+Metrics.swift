internal import Bytes
internal import Glibc
internal import Telemetry

extension DetailedText {
  private static let temporalities = ["Unspecified", "Delta", "Cumulative"]

  func metrics(_ metrics: consuming ViewCursor<MetricView>) {
    var index = 0
    while let metric = metrics.next() {
      text.line("Metric #\(index)")
      text.line("Descriptor:")
      text.line("     -> Name: ", metric.name)
      text.line("     -> Description: ", metric.description)
      text.line("     -> Unit: ", metric.unit)
      append(metric)
      text.endItem()
      index += 1
    }
  }

  private func append(_ metric: consuming MetricView) {
    let temporality = DetailedText.name(metric.temporality, DetailedText.temporalities)
    switch metric.kind {
    case .gauge:
      text.line("     -> DataType: Gauge")
      metadata(metric)
      numbers(metric.numberPoints)
    case .sum:
      text.line("     -> DataType: Sum")
      text.line("     -> IsMonotonic: \(metric.isMonotonic)")
      text.line("     -> AggregationTemporality: " + temporality)
      metadata(metric)
      numbers(metric.numberPoints)
    case .histogram:
      text.line("     -> DataType: Histogram")
      text.line("     -> AggregationTemporality: " + temporality)
      metadata(metric)
      histograms(metric.histogramPoints)
    case .exponentialHistogram:
      text.line("     -> DataType: ExponentialHistogram")
      text.line("     -> AggregationTemporality: " + temporality)
      metadata(metric)
      exponentialHistograms(metric.exponentialHistogramPoints)
    case .summary:
      text.line("     -> DataType: Summary")
      metadata(metric)
      summaries(metric.summaryPoints)
    case nil: text.line("     -> DataType: Empty")
    }
  }

  private func metadata(_ metric: borrowing MetricView) {
    text.attributes("     -> Metadata", indent: "     ", metric.metadata)
  }

  private func times(_ start: UInt64, _ time: UInt64) {
    text.line("StartTimestamp: " + DebugText.time(start))
    text.line("Timestamp: " + DebugText.time(time))
  }

  private func numbers(_ points: consuming ViewCursor<NumberPointView>) {
    var index = 0
    while let point = points.next() {
      text.line("NumberDataPoints #\(index)")
      text.attributes("Data point attributes", point.attributes)
      times(point.startTime, point.time)
      text.line("Value: " + DebugText.number(point.value))
      exemplars(point.exemplars)
      text.endItem()
      index += 1
    }
  }

  private func totals(_ count: UInt64, _ sum: Double?, _ min: Double?, _ max: Double?) {
    text.line("Count: \(count)")
    if let sum { text.line("Sum: " + DebugText.fixed(sum)) }
    if let min { text.line("Min: " + DebugText.fixed(min)) }
    if let max { text.line("Max: " + DebugText.fixed(max)) }
  }

  private func histograms(_ points: consuming ViewCursor<HistogramPointView>) {
    var index = 0
    while let point = points.next() {
      text.line("HistogramDataPoints #\(index)")
      text.attributes("Data point attributes", point.attributes)
      times(point.startTime, point.time)
      totals(point.count, point.sum, point.min, point.max)
      var bounds = point.explicitBounds
      var place = 0
      while let bound = bounds.nextDouble() {
        text.line("ExplicitBounds #\(place): " + DebugText.fixed(bound))
        place += 1
      }
      var counts = point.bucketCounts
      place = 0
      while let count = counts.next() {
        text.line("Buckets #\(place), Count: \(count)")
        place += 1
      }
      exemplars(point.exemplars)
      text.endItem()
      index += 1
    }
  }

  private func exponentialHistograms(
    _ points: consuming ViewCursor<ExponentialHistogramPointView>
  ) {
    var index = 0
    while let point = points.next() {
      text.line("ExponentialHistogramDataPoints #\(index)")
      text.attributes("Data point attributes", point.attributes)
      times(point.startTime, point.time)
      totals(point.count, point.sum, point.min, point.max)
      // The base is 2 to the power of 2 to the power of -scale.
      let factor = exp2(-Double(point.scale))
      if let negative = point.negative { buckets(negative, factor, isNegative: true) }
      if point.zeroCount > 0 { text.line("Bucket [0, 0], Count: \(point.zeroCount)") }
      if let positive = point.positive { buckets(positive, factor, isNegative: false) }
      exemplars(point.exemplars)
      text.endItem()
      index += 1
    }
  }

  /// Buckets beyond which the negative ones are not turned round: what is held is bounded.
  private static let mostTurned = 16_384

  /// Appends buckets from the least to the greatest; negative ones are stored the other way round.
  private func buckets(
    _ buckets: consuming ExponentialBucketsView, _ factor: Double, isNegative: Bool
  ) {
    var counts = buckets.bucketCounts
    var place = Double(buckets.offset)
    guard isNegative else {
      while let count = counts.next() {
        let (low, high) = (exp2(factor * place), exp2(factor * (place + 1)))
        text.line("Bucket (\(DebugText.fixed(low)), \(DebugText.fixed(high))], Count: \(count)")
        place += 1
      }
      return
    }
    var held: [UInt64] = []
    while held.count < DetailedText.mostTurned, let count = counts.next() { held.append(count) }
    for index in held.indices.reversed() {
      negativeBucket(place + Double(index), factor, held[index])
    }
    place += Double(held.count)
    while let count = counts.next() {
      negativeBucket(place, factor, count)
      place += 1
    }
  }

  private func negativeBucket(_ place: Double, _ factor: Double, _ count: UInt64) {
    let (low, high) = (exp2(factor * place), exp2(factor * (place + 1)))
    text.line("Bucket [\(DebugText.fixed(-high)), \(DebugText.fixed(-low))), Count: \(count)")
  }

  private func summaries(_ points: consuming ViewCursor<SummaryPointView>) {
    var index = 0
    while let point = points.next() {
      text.line("SummaryDataPoints #\(index)")
      text.attributes("Data point attributes", point.attributes)
      times(point.startTime, point.time)
      totals(point.count, point.sum, nil, nil)
      var quantiles = point.quantiles
      var place = 0
      while let quantile = quantiles.next() {
        text.line(
          "QuantileValue #\(place): Quantile \(DebugText.fixed(quantile.quantile)), "
            + "Value \(DebugText.fixed(quantile.value))")
        place += 1
      }
      text.endItem()
      index += 1
    }
  }

  private func exemplars(_ exemplars: consuming ViewCursor<ExemplarView>) {
    var index = 0
    while let exemplar = exemplars.next() {
      if index == 0 { text.line("Exemplars:") }
      text.line("Exemplar #\(index)")
      text.line("     -> Trace ID: ", hex: exemplar.traceID)
      text.line("     -> Span ID: ", hex: exemplar.spanID)
      text.line("     -> Timestamp: " + DebugText.time(exemplar.time))
      text.line("     -> Value: " + DebugText.number(exemplar.value))
      text.attributes(
        "     -> FilteredAttributes", indent: "     ", exemplar.filteredAttributes)
      index += 1
    }
  }
}
