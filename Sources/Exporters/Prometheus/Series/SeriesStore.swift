internal import Bytes
internal import Prometheus
internal import Queues
internal import Telemetry

/// The series that are exposed, and the way from OTLP to them.
///
/// A point of a series that is known costs a hash of its bytes and a look-up; names and labels are
/// made once, for a new series. Confined to the exporter's queue.
final class SeriesStore {
  /// What is exposed of one target: a resource by its job and instance.
  struct Target {
    var labels: [UInt8]
    var updated: UInt32
    /// The hash of the resource that the labels are of.
    var resource: UInt64
  }

  let config: PrometheusExporterConfig
  let metricNaming: MetricNaming
  let labelNaming: LabelNaming

  var series: [Series] = []
  var freeSeries: [UInt32] = []
  var liveCount = 0
  /// The bytes of the series' own labels, and how many of them are of series that are gone.
  var labels = ByteBuffer()
  var unusedLabelByteCount = 0
  var distributions: [Distribution] = []
  var freeDistributions: [UInt32] = []
  var exemplars: [UInt32: ExemplarSample] = [:]

  var families: [MetricFamily?] = []
  var unusedFamilies: [UInt32] = []
  var familiesByName: [[UInt8]: UInt32] = [:]
  var sampleNames: [[UInt8]: UInt32] = [:]

  var shared: [SharedLabels?] = []
  var unusedShared: [UInt32] = []
  /// The blocks made since unused ones were looked for.
  var madeSharedCount = 0
  var sharedByHash: [UInt64: UInt32] = [:]
  var targets: [UInt64: Target] = [:]

  /// Slots by the hash of a point's stream and attributes; `droppedPlace` for points that clash.
  var pointIndex = HashIndex()
  /// Slots by the hash of a series' family and labels.
  var seriesIndex = HashIndex()
  /// Streams by the hash of resource, scope and metric.
  var streams: [MetricStream] = []
  var streamIndex = HashIndex()
  /// Shared labels by the hash of resource and scope.
  var scopes: [UInt64: UInt32] = [:]
  /// Job and instance by the hash of a resource.
  var resources: [UInt64: UInt64] = [:]

  /// The present second, and when series were last looked through for old ones.
  var now: UInt32 = 0
  var lastSweep: UInt32 = 0
  /// The scrapes that are being rendered, during which nothing moves.
  var renderingCount = 0
  /// What was dropped since `takeDropped`.
  var dropped = [Int](repeating: 0, count: DropReason.allCases.count)

  /// The points that went to an overflow series since the exporter reported them.
  var overflowedPointCount = 0

  static let droppedPlace = UInt32.max

  init(_ config: PrometheusExporterConfig) {
    self.config = config
    metricNaming = MetricNaming(strategy: config.strategy, namespace: config.namespace)
    labelNaming = LabelNaming(strategy: config.strategy)
    begin()
  }

  /// Enters what is there before the first series.
  private func begin() {
    let constant = SharedLabels(constantLabels)
    shared.append(constant)
    sharedByHash[constant.hashSum] = 0
    let info = Array("target_info".utf8)
    sampleNames[info] = UInt32.max
    if config.allowsOpenMetrics { sampleNames[Array("target".utf8)] = UInt32.max }
  }

  /// Gives back the memory of series that are gone; only where none is left.
  func reset() {
    (series, freeSeries, distributions, freeDistributions) = ([], [], [], [])
    labels = ByteBuffer()
    (unusedLabelByteCount, exemplars) = (0, [:])
    (families, unusedFamilies, familiesByName, sampleNames) = ([], [], [:], [:])
    (shared, unusedShared, madeSharedCount, sharedByHash) = ([], [], 0, [:])
    (pointIndex, seriesIndex, streamIndex) = (HashIndex(), HashIndex(), HashIndex())
    (streams, scopes, resources, targets) = ([], [:], [:], [:])
    begin()
  }

  /// The labels of the configuration.
  var constantLabels: LabelCollection {
    var labels = LabelCollection()
    for (key, value) in config.constantLabels {
      let bytes = Array(key.utf8)
      guard let name = labelNaming.name(bytes) else { continue }
      labels.add(name: name, value: Array(value.utf8), key: bytes)
    }
    return labels
  }

  func drop(_ reason: DropReason, _ count: Int = 1) {
    for (index, other) in DropReason.allCases.enumerated() where other == reason {
      dropped[index] += count
    }
  }

  /// What was dropped since the last call, by reason.
  func takeDropped() -> [(DropReason, Int)] {
    var result: [(DropReason, Int)] = []
    for (index, reason) in DropReason.allCases.enumerated() where dropped[index] > 0 {
      result.append((reason, dropped[index]))
      dropped[index] = 0
    }
    return result
  }

  /// Takes the points of a payload.
  func apply(_ payload: Payload, at time: MonotonicTime) {
    advance(to: time)
    for slice in payload.slices { applyRequest(slice.span) }
  }

  /// Sets the time and lets go of what is too old, now and then.
  func advance(to time: MonotonicTime) {
    now = UInt32(truncatingIfNeeded: time.nanoseconds / 1_000_000_000)
    guard let interval = config.sweepInterval, renderingCount == 0 else { return }
    if Int(now) - Int(lastSweep) >= Int(interval.seconds) { sweep() }
  }

  /// Calls `body` with the labels that the series has for itself.
  func withOwnLabels<Result>(of slot: Int, _ body: (Span<UInt8>) -> Result) -> Result {
    let start = Int(series[slot].labelStart)
    let range = start..<start + Int(series[slot].labelCount)
    return SeriesStore.lend(labels, range, body)
  }

  private static func lend<Result>(
    _ buffer: borrowing ByteBuffer, _ range: Range<Int>, _ body: (Span<UInt8>) -> Result
  ) -> Result {
    body(buffer.span.extracting(range))
  }

  /// Whether what was updated at `second` is too old to be exposed.
  func isExpired(_ second: UInt32) -> Bool {
    guard let expiration = config.expiration else { return false }
    return Double(now) - Double(second) > expiration.seconds
  }
}
