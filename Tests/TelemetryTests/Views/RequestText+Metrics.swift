import Telemetry

extension RequestText {
  mutating func addMetrics(_ group: borrowing ScopeGroupView) {
    var metrics = group.metrics
    while let metric = metrics.next() {
      line(
        "metric", text(metric.name), text(metric.description), text(metric.unit),
        attributes(metric.metadata), "\(metric.kind?.rawValue ?? 0)", "\(metric.temporality)",
        "\(metric.isMonotonic)")
      addNumbers(metric)
      addHistograms(metric)
      addExponentialHistograms(metric)
      addSummaries(metric)
    }
  }

  private mutating func addNumbers(_ metric: borrowing MetricView) {
    var points = metric.numberPoints
    while let point = points.next() {
      line(
        "number", "\(point.startTime)", "\(point.time)", "\(point.flags)",
        attributes(point.attributes), number(point.value))
      add(point.exemplars)
    }
  }

  private mutating func addHistograms(_ metric: borrowing MetricView) {
    var points = metric.histogramPoints
    while let point = points.next() {
      line(
        "histogram", "\(point.startTime)", "\(point.time)", "\(point.flags)",
        attributes(point.attributes), "\(point.count)", bits(point.sum), bits(point.min),
        bits(point.max), numbers(point.bucketCounts), doubles(point.explicitBounds))
      add(point.exemplars)
    }
  }

  private mutating func addExponentialHistograms(_ metric: borrowing MetricView) {
    var points = metric.exponentialHistogramPoints
    while let point = points.next() {
      var positive = "none"
      if let view = point.positive { positive = "\(view.offset):" + numbers(view.bucketCounts) }
      var negative = "none"
      if let view = point.negative { negative = "\(view.offset):" + numbers(view.bucketCounts) }
      line(
        "exponential", "\(point.startTime)", "\(point.time)", "\(point.flags)",
        attributes(point.attributes), "\(point.count)", bits(point.sum), bits(point.min),
        bits(point.max), "\(point.scale)", "\(point.zeroCount)", bits(point.zeroThreshold),
        positive, negative)
      add(point.exemplars)
    }
  }

  private mutating func addSummaries(_ metric: borrowing MetricView) {
    var points = metric.summaryPoints
    while let point = points.next() {
      var parts: [String] = []
      var quantiles = point.quantiles
      while let view = quantiles.next() {
        parts.append(bits(view.quantile) + "=" + bits(view.value))
      }
      line(
        "summary", "\(point.startTime)", "\(point.time)", "\(point.flags)",
        attributes(point.attributes), "\(point.count)", bits(point.sum),
        parts.joined(separator: ","))
    }
  }

  private mutating func add(_ exemplars: consuming ViewCursor<ExemplarView>) {
    while let exemplar = exemplars.next() {
      line(
        "exemplar", "\(exemplar.time)", hex(exemplar.traceID), hex(exemplar.spanID),
        number(exemplar.value), attributes(exemplar.filteredAttributes))
    }
  }
}
