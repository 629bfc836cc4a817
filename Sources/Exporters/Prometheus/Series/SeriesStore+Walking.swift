internal import Bytes
internal import Telemetry

/// The way down through a request: resource, scope, metric, point.
extension SeriesStore {
  func applyRequest(_ bytes: Span<UInt8>) {
    var reader = WireReader(bytes)
    while let range = reader.nextMessage(1) { applyResource(bytes, range) }
  }

  private func applyResource(_ bytes: Span<UInt8>, _ range: Range<Int>) {
    var resource = 0..<0
    var fields = WireReader(bytes, in: range)
    while let found = fields.nextMessage(1) { resource = found }
    let resourceBytes = bytes.extracting(resource)
    var hash = KeyHash()
    hash.combine(resourceBytes)
    noteTarget(hash.value, ResourceView(resourceBytes))
    var scopes = WireReader(bytes, in: range)
    while let scope = scopes.nextMessage(2) {
      applyScope(bytes, scope, resourceHash: hash, resource: resource)
    }
  }

  private func applyScope(
    _ bytes: Span<UInt8>, _ range: Range<Int>, resourceHash: KeyHash, resource: Range<Int>
  ) {
    var (scope, schema) = (0..<0, 0..<0)
    var fields = WireReader(bytes, in: range)
    while let (number, found) = fields.nextLengthDelimited() {
      if number == 1 { scope = found }
      if number == 3 { schema = found }
    }
    var hash = resourceHash
    if !config.omitsScope {
      hash.combine(bytes.extracting(scope))
      hash.combine(bytes.extracting(schema))
    }
    let shared =
      scopes[hash.value]
      ?? makeShared(
        hash.value, ResourceView(bytes.extracting(resource)), ScopeView(bytes.extracting(scope)),
        schemaURL: bytes.extracting(schema))
    var metrics = WireReader(bytes, in: range)
    while let metric = metrics.nextMessage(2) {
      applyMetric(bytes.extracting(metric), scope: hash, shared: shared)
    }
  }

  private func applyMetric(_ bytes: Span<UInt8>, scope: KeyHash, shared: UInt32) {
    let metric = MetricView(bytes)
    guard let kind = metric.kind else { return }
    var hash = scope
    hash.combine(metric.name)
    hash.combine(metric.unit)
    hash.combine(
      UInt64(kind.rawValue) << 8 | UInt64(UInt8(truncatingIfNeeded: metric.temporality)) << 1
        | (metric.isMonotonic ? 1 : 0))
    guard let stream = stream(hash.value, metric, kind, shared) else {
      return drop(.seriesLimit, metric.pointCount)
    }
    switch stream.treatment {
    case .dropped(let reason): drop(reason, metric.pointCount)
    case .number(let adds):
      forEachPoint(bytes, kind) { applyNumber($0, stream, seed: hash.value, adds: adds) }
    case .histogram(let adds):
      forEachPoint(bytes, kind) { applyHistogram($0, stream, seed: hash.value, adds: adds) }
    case .exponential(let adds):
      forEachPoint(bytes, kind) { applyExponential($0, stream, seed: hash.value, adds: adds) }
    case .summary:
      forEachPoint(bytes, kind) { applySummary($0, stream, seed: hash.value) }
    }
  }

  private func forEachPoint(
    _ bytes: Span<UInt8>, _ kind: MetricView.Kind, _ body: (Span<UInt8>) -> Void
  ) {
    var fields = WireReader(bytes)
    while let data = fields.nextMessage(kind.rawValue) {
      var points = WireReader(bytes, in: data)
      while let point = points.nextMessage(1) { body(bytes.extracting(point)) }
    }
  }
}

extension WireReader {
  /// Where the next field of this number and a length lies; nil behind the last, and at bad bytes.
  mutating func nextMessage(_ number: Int) -> Range<Int>? {
    while let (found, range) = nextLengthDelimited() {
      if found == number { return range }
    }
    return nil
  }

  /// The next field that has a length; nil behind the last, and at bad bytes.
  mutating func nextLengthDelimited() -> (number: Int, range: Range<Int>)? {
    do throws(WireError) {
      while let field = try nextField() {
        if field.type == .length { return (field.number, try readLength()) }
        try skip(field.type)
      }
    } catch {}
    return nil
  }
}

extension MetricView {
  /// The number of data points.
  var pointCount: Int {
    var count = 0
    var numbers = numberPoints
    while numbers.next() != nil { count += 1 }
    var histograms = histogramPoints
    while histograms.next() != nil { count += 1 }
    var exponentials = exponentialHistogramPoints
    while exponentials.next() != nil { count += 1 }
    var summaries = summaryPoints
    while summaries.next() != nil { count += 1 }
    return count
  }
}
