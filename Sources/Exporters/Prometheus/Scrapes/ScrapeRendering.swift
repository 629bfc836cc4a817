internal import Bytes
internal import Prometheus

/// One scrape while it is rendered, in slices, so that updates get in between.
struct ScrapeRendering: ~Copyable {
  private var writer: ExpositionWriter
  private let format: ExpositionFormat
  /// The pieces that are finished.
  private(set) var pieces: [ByteSlice] = []
  private var family = 0
  private var place = 0
  private var isFamilyOpen = false
  private var hasTargets = false
  /// The names written, where escaping may make two of them one.
  private var writtenNames: Set<[UInt8]> = []
  private let mayHaveUTF8Names: Bool
  /// The number of series written.
  private(set) var seriesCount = 0

  /// Pieces are cut at about this size.
  private static let pieceByteCount = 256 * 1024
  /// What a slice may cost, in numbers written: about a millisecond.
  private static let sliceCost = 2000

  /// A rendering that has not begun.
  init(_ format: ExpositionFormat, _ config: PrometheusExporterConfig) {
    self.format = format
    mayHaveUTF8Names = !config.strategy.escapes
    writer = ExpositionWriter(format, mayHaveUTF8Names: mayHaveUTF8Names)
  }

  /// Renders the next slice; true when all is rendered.
  mutating func advance(_ store: SeriesStore) -> Bool {
    var cost = 0
    if !hasTargets {
      hasTargets = true
      cost += writeTargets(store)
    }
    while family < store.families.count {
      guard let current = store.families[family], begin(current, store) else {
        nextFamily()
        continue
      }
      while place < current.series.count {
        if cost >= ScrapeRendering.sliceCost { return false }
        cost += write(Int(current.series[place]), store)
        place += 1
        if writer.byteCount >= ScrapeRendering.pieceByteCount, writer.canTake {
          pieces.append(writer.take())
        }
      }
      nextFamily()
    }
    writer.finish()
    if writer.byteCount > 0 { pieces.append(writer.take()) }
    return true
  }

  private mutating func nextFamily() {
    if isFamilyOpen { writer.endFamily() }
    isFamilyOpen = false
    family += 1
    place = 0
  }

  /// Opens the family where it has a series to show; false where it is passed over.
  private mutating func begin(_ current: MetricFamily, _ store: SeriesStore) -> Bool {
    if isFamilyOpen { return true }
    while place < current.series.count, !isShown(Int(current.series[place]), store) { place += 1 }
    guard place < current.series.count else { return false }
    if mayHaveUTF8Names, format.escaping != .allowUTF8 {
      let name = ExpositionWriter.writtenName(current.head.name, format)
      guard writtenNames.insert(name).inserted else {
        store.drop(.nameCollision, current.series.count)
        return false
      }
    }
    writer.beginFamily(current.head)
    isFamilyOpen = true
    return true
  }

  private func isShown(_ slot: Int, _ store: SeriesStore) -> Bool {
    !store.series[slot].isHidden && !store.series[slot].isFree
      && !store.isExpired(store.series[slot].updated)
  }

  /// Writes the series; returns what that cost.
  private mutating func write(_ slot: Int, _ store: SeriesStore) -> Int {
    guard isShown(slot, store) else { return 1 }
    seriesCount += 1
    let shared = store.shared[Int(store.series[slot].shared)]?.block ?? []
    return store.withOwnLabels(of: slot) { write(slot, store, shared.span, $0) }
  }

  private mutating func write(
    _ slot: Int, _ store: SeriesStore, _ shared: Span<UInt8>, _ own: Span<UInt8>
  ) -> Int {
    let series = store.series[slot]
    let times = SampleTimes(
      timestamp: store.config.sendsTimestamps ? series.time : 0,
      created: store.config.sendsCreated ? series.start : 0)
    guard series.distribution > 0 else {
      let value: SampleValue =
        series.isInt
        ? .int(Int64(bitPattern: series.bits)) : .double(Double(bitPattern: series.bits))
      let exemplar = series.hasExemplar ? store.exemplars[UInt32(slot)] : nil
      writer.add(shared, own, value, times, exemplar: exemplar)
      return 1
    }
    switch store.distributions[Int(series.distribution) - 1] {
    case .none: return 1
    case .explicit(let sample):
      writer.add(shared, own, sample, times)
      return 3 + sample.counts.count
    case .summary(let sample):
      writer.add(shared, own, sample, times)
      return 3 + sample.quantiles.count
    case .native(let sample):
      if store.config.hasClassicBuckets, format.syntax != .protobuf {
        writer.add(shared, own, HistogramSample(classic: sample), times)
      } else {
        writer.add(shared, own, sample, times)
      }
      return 3 + sample.positive.counts.count + sample.negative.counts.count
    }
  }

  private mutating func writeTargets(_ store: SeriesStore) -> Int {
    let targets = store.targets.values.filter { !store.isExpired($0.updated) }
    guard !targets.isEmpty else { return 0 }
    writer.beginFamily(
      FamilyHead(
        name: Array("target_info".utf8), help: Array("Target metadata".utf8), kind: .info))
    for target in targets {
      writer.add(target.labels.span, Span(), .int(1))
    }
    writer.endFamily()
    return targets.count
  }
}
