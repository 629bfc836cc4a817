internal import Bytes
internal import Prometheus
internal import Telemetry

/// Taking histograms and summaries into their series.
extension SeriesStore {
  /// More buckets than this make a histogram invalid.
  static let bucketLimit = 4096

  /// The hash of a point's attributes, which are its fields `number`.
  private func attributeHash(_ bytes: Span<UInt8>, _ number: Int, _ seed: UInt64) -> UInt64 {
    var hash = KeyHash(seed)
    var fields = WireReader(bytes)
    while let range = fields.nextMessage(number) { hash.combine(bytes.extracting(range)) }
    return hash.value
  }

  func applySummary(_ bytes: Span<UInt8>, _ stream: MetricStream, seed: UInt64) {
    let point = SummaryPointView(bytes)
    let hash = attributeHash(bytes, 7, seed)
    guard
      let slot = slot(hash, stream, point.attributes, reserved: .quantile, isAdding: false),
      accept(slot, time: point.time, flags: UInt64(point.flags), adds: false)
    else { return }
    var quantiles: [SummarySample.Quantile] = []
    var cursor = point.quantiles
    while let quantile = cursor.next(), quantiles.count < SeriesStore.bucketLimit {
      quantiles.append(.init(quantile.quantile, quantile.value))
    }
    quantiles.sort { $0.quantile < $1.quantile }
    let isSound =
      zip(quantiles, quantiles.dropFirst()).allSatisfy { $0.quantile < $1.quantile }
      && quantiles.allSatisfy { $0.quantile >= 0 && $0.quantile <= 1 }
    guard isSound else { return drop(.invalid) }
    distributions[distributionPlace(slot)] = .summary(
      SummarySample(quantiles: quantiles, count: point.count, sum: point.sum))
    series[slot].start = point.startTime
    finish(slot, time: point.time)
  }

  func applyHistogram(
    _ bytes: Span<UInt8>, _ stream: MetricStream, seed: UInt64, adds: Bool
  ) {
    let point = HistogramPointView(bytes)
    let hash = attributeHash(bytes, 9, seed)
    guard
      let slot = slot(hash, stream, point.attributes, reserved: .bound, isAdding: adds),
      accept(slot, time: point.time, flags: UInt64(point.flags), adds: adds)
    else { return }
    guard var sample = HistogramSample(point) else { return drop(.invalid) }
    let place = distributionPlace(slot)
    // The old value is taken out, so that its arrays are changed where they are.
    var old: HistogramSample?
    if case .explicit(let kept) = distributions[place] {
      old = kept
      distributions[place] = .none
    }
    if let old {
      if old.bounds == sample.bounds { sample.bounds = old.bounds }
      sample.exemplars = old.exemplars.count == sample.counts.count ? old.exemplars : []
    }
    if adds, let old, old.bounds == sample.bounds {
      sample.add(old)
    } else {
      series[slot].start = point.startTime
    }
    var exemplars = point.exemplars
    sample.keepExemplars(&exemplars, labelNaming)
    distributions[place] = .explicit(sample)
    finish(slot, time: point.time)
  }

  func applyExponential(
    _ bytes: Span<UInt8>, _ stream: MetricStream, seed: UInt64, adds: Bool
  ) {
    let point = ExponentialHistogramPointView(bytes)
    let hash = attributeHash(bytes, 1, seed)
    guard
      let slot = slot(hash, stream, point.attributes, reserved: .bound, isAdding: adds),
      accept(slot, time: point.time, flags: UInt64(point.flags), adds: adds)
    else { return }
    guard var sample = NativeHistogramSample(point) else { return drop(.unsupported) }
    let place = distributionPlace(slot)
    if case .native(let old) = distributions[place] {
      sample.exemplars = old.exemplars
      if adds, !sample.add(old) { return drop(.unsupported) }
      if !adds { series[slot].start = point.startTime }
    } else {
      series[slot].start = point.startTime
    }
    var cursor = point.exemplars
    var newest: [ExemplarSample] = []
    while let exemplar = cursor.next(), newest.count < 16 {
      if let made = ExemplarLabels.sample(exemplar, labelNaming) { newest.append(made) }
    }
    // Native exemplars must have times and be in their order.
    newest.removeAll { $0.time == 0 }
    if !newest.isEmpty { sample.exemplars = newest.sorted { $0.time < $1.time } }
    distributions[place] = .native(sample)
    finish(slot, time: point.time)
  }
}
