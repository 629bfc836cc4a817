internal import Prometheus
internal import Telemetry

extension HistogramSample {
  /// The point's buckets; nil where bounds and counts do not fit, or bounds do not grow.
  init?(_ point: HistogramPointView) {
    var counts: [UInt64] = []
    var cursor = point.bucketCounts
    while let count = cursor.next() {
      guard counts.count <= SeriesStore.bucketLimit else { return nil }
      counts.append(count)
    }
    var bounds: [Double] = []
    var boundCursor = point.explicitBounds
    while let bound = boundCursor.nextDouble() {
      guard bounds.count < SeriesStore.bucketLimit, !bound.isNaN,
        bound > (bounds.last ?? -.infinity)
      else { return nil }
      bounds.append(bound)
    }
    if counts.isEmpty, bounds.isEmpty { counts = [point.count] }
    guard counts.count == bounds.count + 1 else { return nil }
    if bounds.last == .infinity {
      // Prometheus writes the last bound itself.
      bounds.removeLast()
      let last = counts.removeLast()
      counts[counts.count - 1] &+= last
    }
    // With values below zero the sum may fall, which Prometheus would take for a restart.
    let hasMonotonicSum = (bounds.first ?? 0) >= 0
    self.init(
      bounds: bounds, counts: counts, count: point.count,
      sum: hasMonotonicSum ? point.sum : nil)
  }

  /// Adds what was counted before, in the same buckets.
  mutating func add(_ other: HistogramSample) {
    for index in counts.indices { counts[index] &+= other.counts[index] }
    count &+= other.count
    sum = sum.flatMap { sum in other.sum.map { $0 + sum } }
  }

  /// Keeps the largest of the new exemplars in each bucket.
  mutating func keepExemplars(_ cursor: inout ViewCursor<ExemplarView>, _ naming: LabelNaming) {
    var isNew = [Bool]()
    while let exemplar = cursor.next() {
      guard let made = ExemplarLabels.sample(exemplar, naming), !made.value.isNaN else { continue }
      if exemplars.isEmpty { exemplars = Array(repeating: nil, count: counts.count) }
      if isNew.isEmpty { isNew = Array(repeating: false, count: counts.count) }
      let bucket = bounds.firstIndex { made.value <= $0 } ?? bounds.count
      if isNew[bucket], let other = exemplars[bucket], other.value > made.value { continue }
      exemplars[bucket] = made
      isNew[bucket] = true
    }
  }

  /// The bounds and counts of a native histogram, in at most about 160 buckets.
  init(classic native: NativeHistogramSample) {
    var native = native
    while native.positive.counts.count + native.negative.counts.count > 160, native.schema > -4 {
      native.downscale()
    }
    var bounds: [Double] = []
    var counts: [UInt64] = []
    for index in native.negative.counts.indices.reversed() {
      // Bucket i of the negatives ends, seen from below, where bucket i - 1 begins.
      bounds.append(-native.bound(Int(native.negative.offset) + index - 1))
      counts.append(native.negative.counts[index])
    }
    if native.zeroCount > 0 || !bounds.isEmpty {
      if native.zeroThreshold > (bounds.last ?? -.infinity) {
        bounds.append(native.zeroThreshold)
        counts.append(native.zeroCount)
      }
    }
    for index in native.positive.counts.indices {
      let bound = native.bound(Int(native.positive.offset) + index)
      guard bound > (bounds.last ?? -.infinity), bound.isFinite else { continue }
      bounds.append(bound)
      counts.append(native.positive.counts[index])
    }
    self.init(bounds: bounds, counts: counts + [0], count: native.count, sum: native.sum)
  }
}
