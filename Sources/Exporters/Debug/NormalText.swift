internal import Bytes
internal import Telemetry

/// One line an item: a span, a data point, a log record, a profile.
struct NormalText {
  let text: DebugText

  init(_ text: DebugText) {
    self.text = text
  }

  func append(_ signal: Signal, _ payload: Payload) {
    var index = 0
    for slice in payload.slices {
      var resources = RequestView(slice.span).resources
      while let resource = resources.next() {
        text.add("Resource\(NormalText.title(signal)) #\(index)")
        index += 1
        schema(resource.schemaURL)
        if let resource = resource.resource {
          text.inlineAttributes(resource.attributes, first: " ", separator: " ")
        }
        end()
        var scopes = resource.scopes
        var scopeIndex = 0
        while let scope = scopes.next() {
          header(signal, scope, scopeIndex)
          append(signal, scope)
          scopeIndex += 1
        }
      }
    }
    text.flush()
  }

  private static func title(_ signal: Signal) -> String {
    switch signal {
    case .traces: "Traces"
    case .metrics: "Metrics"
    case .logs: "Log"
    case .profiles: "Profiles"
    }
  }

  private func schema(_ url: Span<UInt8>) {
    guard url.count > 0 else { return }
    text.add(" [")
    text.add(url)
    text.add("]")
  }

  private func header(_ signal: Signal, _ group: borrowing ScopeGroupView, _ index: Int) {
    text.add("Scope\(NormalText.title(signal)) #\(index)")
    if let scope = group.scope, scope.name.count > 0 {
      text.add(" ")
      text.add(scope.name)
      if scope.version.count > 0 {
        text.add("@")
        text.add(scope.version)
      }
    }
    schema(group.schemaURL)
    if let scope = group.scope {
      text.inlineAttributes(scope.attributes, first: " ", separator: " ")
    }
    end()
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
        if let bound = bounds.nextDouble() {
          text.add(" le\(DebugText.shortest(bound))=\(count)")
        } else {
          text.add(" \(count)")
        }
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
