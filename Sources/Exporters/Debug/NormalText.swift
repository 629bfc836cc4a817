internal import Bytes
internal import Telemetry

/// One line an item: a span, a data point, a log record, a profile.
struct NormalText {
  let text: DebugText

  init(_ text: DebugText) {
    self.text = text
  }

  func append(_ signal: Signal, _ payload: Payload) {
    for slice in payload.slices {
      var resources = RequestView(slice.span).resources
      while let resource = resources.next() {
        var scopes = resource.scopes
        while let scope = scopes.next() { append(signal, scope) }
      }
    }
    text.flush()
  }

  private func append(_ signal: Signal, _ scope: consuming ScopeGroupView) {
    switch signal {
    case .traces: spans(scope.spans)
    case .metrics: metrics(scope.metrics)
    case .logs: logRecords(scope.logRecords)
    case .profiles: profiles(scope.profiles)
    }
  }

  private func end() {
    text.endLine()
    text.endItem()
  }

  private func spans(_ spans: consuming ViewCursor<SpanView>) {
    while let span = spans.next() {
      text.add(span.name)
      text.add(" ")
      text.addHex(span.traceID)
      text.add(" ")
      text.addHex(span.spanID)
      text.inlineAttributes(span.attributes, first: " ", separator: " ")
      end()
    }
  }

  private func logRecords(_ records: consuming ViewCursor<LogRecordView>) {
    while let record = records.next() {
      text.plain(record.body, depth: 0)
      text.inlineAttributes(record.attributes, first: " ", separator: " ")
      end()
    }
  }

  private func profiles(_ profiles: consuming ViewCursor<ProfileView>) {
    while let profile = profiles.next() {
      var samples = profile.samples
      var count = 0
      while samples.next() != nil { count += 1 }
      text.addHex(profile.profileID)
      text.add(" samples=\(count)")
      end()
    }
  }

  private func metrics(_ metrics: consuming ViewCursor<MetricView>) {
    while let metric = metrics.next() {
      switch metric.kind {
      case .gauge, .sum: numbers(metric)
      case .histogram: histograms(metric)
      case .exponentialHistogram: exponentialHistograms(metric)
      case .summary: summaries(metric)
      case nil: continue
      }
    }
  }

  private func series(_ name: Span<UInt8>, _ attributes: consuming ViewCursor<KeyValueView>) {
    text.add(name)
    text.add("{")
    text.inlineAttributes(attributes, first: "", separator: ",")
    text.add("}")
  }

  private func totals(_ count: UInt64, _ sum: Double?, _ min: Double?, _ max: Double?) {
    text.add(" count=\(count)")
    if let sum { text.add(" sum=" + DebugText.shortest(sum)) }
    if let min { text.add(" min=" + DebugText.shortest(min)) }
    if let max { text.add(" max=" + DebugText.shortest(max)) }
  }

  private func numbers(_ metric: borrowing MetricView) {
    var points = metric.numberPoints
    while let point = points.next() {
      series(metric.name, point.attributes)
      switch point.value {
      case .int(let number): text.add(" \(number)")
      case .double(let number): text.add(" " + DebugText.shortest(number))
      case nil: break
      }
      end()
    }
  }

  private func histograms(_ metric: borrowing MetricView) {
    var points = metric.histogramPoints
    while let point = points.next() {
      series(metric.name, point.attributes)
      totals(point.count, point.sum, point.min, point.max)
      var bounds = point.explicitBounds
      var counts = point.bucketCounts
      while let count = counts.next() {
        let bound = bounds.nextDouble().map(DebugText.shortest) ?? "+Inf"
        text.add(" le\(bound)=\(count)")
      }
      end()
    }
  }

  private func exponentialHistograms(_ metric: borrowing MetricView) {
    var points = metric.exponentialHistogramPoints
    while let point = points.next() {
      series(metric.name, point.attributes)
      totals(point.count, point.sum, point.min, point.max)
      end()
    }
  }

  private func summaries(_ metric: borrowing MetricView) {
    var points = metric.summaryPoints
    while let point = points.next() {
      series(metric.name, point.attributes)
      totals(point.count, point.sum, nil, nil)
      var quantiles = point.quantiles
      while let quantile = quantiles.next() {
        text.add(
          " q\(DebugText.shortest(quantile.quantile))=\(DebugText.shortest(quantile.value))")
      }
      end()
    }
  }
}
