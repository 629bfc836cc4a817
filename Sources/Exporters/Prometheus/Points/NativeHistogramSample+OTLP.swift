internal import Glibc
internal import Prometheus
internal import Telemetry

extension NativeHistogramSample {
  /// The finest and coarsest resolutions of Prometheus.
  private static let schemas: ClosedRange<Int32> = -4...8
  /// More buckets a side than this are made coarser.
  private static let bucketLimit = 640

  /// The point's buckets; nil where its scale is too coarse, or would become so.
  init?(_ point: ExponentialHistogramPointView) {
    guard let positive = Buckets(point.positive), let negative = Buckets(point.negative) else {
      return nil
    }
    self.init(
      schema: point.scale,
      zeroThreshold: point.zeroThreshold > 0 ? point.zeroThreshold : 1e-128,
      zeroCount: point.zeroCount, count: point.count, sum: point.sum,
      positive: positive, negative: negative)
    // Scales far above what can be are halved thirty times at most.
    guard schema <= 40 else { return nil }
    while schema > NativeHistogramSample.schemas.upperBound || isTooLong { downscale() }
    guard NativeHistogramSample.schemas.contains(schema) else { return nil }
  }

  private var isTooLong: Bool {
    schema >= NativeHistogramSample.schemas.lowerBound
      && max(positive.counts.count, negative.counts.count) > NativeHistogramSample.bucketLimit
  }

  /// Makes buckets twice as wide.
  mutating func downscale() {
    positive.halve()
    negative.halve()
    schema -= 1
  }

  /// Adds what was counted before; false where that needs too coarse a scale.
  mutating func add(_ other: NativeHistogramSample) -> Bool {
    var other = other
    while schema > other.schema { downscale() }
    while other.schema > schema { other.downscale() }
    while !positive.fits(other.positive, NativeHistogramSample.bucketLimit)
      || !negative.fits(other.negative, NativeHistogramSample.bucketLimit)
    {
      guard schema > NativeHistogramSample.schemas.lowerBound else { return false }
      downscale()
      other.downscale()
    }
    positive.add(other.positive)
    negative.add(other.negative)
    zeroThreshold = max(zeroThreshold, other.zeroThreshold)
    zeroCount &+= other.zeroCount
    count &+= other.count
    sum = sum.flatMap { sum in other.sum.map { $0 + sum } }
    return true
  }

  /// Where bucket `index` ends.
  func bound(_ index: Int) -> Double {
    schema >= 0
      ? exp2(Double(index) / exp2(Double(schema))) : exp2(Double(index) * exp2(Double(-schema)))
  }
}

extension NativeHistogramSample.Buckets {
  /// The buckets without empty ones at the ends; nil where there are far too many.
  init?(_ view: consuming ExponentialBucketsView?) {
    self.init()
    guard let view else { return }
    var counts: [UInt64] = []
    var cursor = view.bucketCounts
    while let count = cursor.next() {
      guard counts.count < 1 << 16 else { return nil }
      counts.append(count)
    }
    let leading = counts.prefix { $0 == 0 }.count
    while counts.last == 0 { counts.removeLast() }
    guard leading < counts.count else { return }
    // Prometheus numbers buckets by their upper bounds, OTLP by their lower ones.
    let first = Int64(view.offset) + 1 + Int64(leading)
    guard let offset = Int32(exactly: first), offset < Int32.max - (1 << 17) else { return nil }
    self.init(offset: offset, counts: Array(counts[leading...]))
  }

  /// The index behind the last bucket.
  private var end: Int64 { Int64(offset) + Int64(counts.count) }

  fileprivate func fits(_ other: Self, _ limit: Int) -> Bool {
    if counts.isEmpty || other.counts.isEmpty { return true }
    return Swift.max(end, other.end) - Int64(Swift.min(offset, other.offset)) <= Int64(limit)
  }

  fileprivate mutating func add(_ other: Self) {
    if other.counts.isEmpty { return }
    if counts.isEmpty {
      self = other
      return
    }
    let first = Swift.min(offset, other.offset)
    let last = Swift.max(end, other.end)
    var sums = [UInt64](repeating: 0, count: Int(last - Int64(first)))
    for (index, count) in counts.enumerated() { sums[Int(offset - first) + index] &+= count }
    for (index, count) in other.counts.enumerated() {
      sums[Int(other.offset - first) + index] &+= count
    }
    self = Self(offset: first, counts: sums)
  }

  /// Joins neighbours: bucket i goes to the half of it, rounded up.
  fileprivate mutating func halve() {
    guard !counts.isEmpty else { return }
    let first = Self.half(Int64(offset))
    let last = Self.half(end - 1)
    var halved = [UInt64](repeating: 0, count: Int(last - first) + 1)
    for (index, count) in counts.enumerated() {
      halved[Int(Self.half(Int64(offset) + Int64(index)) - first)] &+= count
    }
    self = Self(offset: Int32(first), counts: halved)
  }

  private static func half(_ index: Int64) -> Int64 { (index + 1) >> 1 }
}
