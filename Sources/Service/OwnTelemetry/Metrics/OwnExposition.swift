internal import Bytes
internal import Diagnostics
internal import Prometheus

/// The collector's own metrics as a scraper reads them.
struct OwnExposition: ~Copyable {
  private static let labelNaming = LabelNaming(strategy: .underscoreEscapingWithSuffixes)

  private var writer: ExpositionWriter
  private let naming: OwnMetricNaming

  private init(_ format: ExpositionFormat, _ naming: OwnMetricNaming) {
    // All names are of the classic set: dashboards know them with underscores.
    writer = ExpositionWriter(format, mayHaveUTF8Names: false)
    self.naming = naming
  }

  /// The body of a scrape of `samples`, which are ordered by name; what `level` leaves out is not in
  /// it.
  static func body(
    _ samples: [MetricsRegistry.Sample], level: MetricsLevel, naming: OwnMetricNaming,
    resource: [(key: String, value: String)], format: ExpositionFormat
  ) -> ByteSlice {
    var exposition = OwnExposition(format, naming)
    var open = ""
    for sample in samples {
      let entry = MetricCatalog.entry(of: sample.key.name)
      guard entry.level <= level else { continue }
      if sample.key.name != open {
        if !open.isEmpty { exposition.writer.endFamily() }
        open = sample.key.name
        exposition.begin(sample, entry)
      }
      exposition.add(sample)
    }
    if !open.isEmpty { exposition.writer.endFamily() }
    exposition.addTarget(resource)
    exposition.writer.finish()
    return exposition.writer.take()
  }

  private mutating func begin(_ sample: MetricsRegistry.Sample, _ entry: MetricCatalog.Entry) {
    let kind: MetricKind =
      switch sample.reading {
      case .counter, .sum: .counter
      case .gauge, .level: .gauge
      case .histogram: .histogram
      }
    let name = naming.name(sample.key.name, unit: entry.unit, kind: kind)
    writer.beginFamily(
      FamilyHead(
        name: name?.name ?? Array("unnamed".utf8), unit: name?.unit ?? [],
        help: Array(entry.help.utf8), kind: kind))
  }

  private mutating func add(_ sample: MetricsRegistry.Sample) {
    var labels = sample.key.labels
    if naming.hasScope {
      labels += [.init("otel_scope_name", "swiftlet"), .init("otel_scope_version", Version.number)]
    }
    let block = OwnExposition.block(labels)
    switch sample.reading {
    case .counter(let value), .gauge(let value):
      writer.add(block.span, Span(), .int(Int64(value)))
    case .sum(let value), .level(let value):
      writer.add(block.span, Span(), .double(value))
    case .histogram(let values):
      let histogram = HistogramSample(
        bounds: values.bounds, counts: values.counts.map { UInt64($0) },
        count: UInt64(values.count), sum: values.sum)
      writer.add(block.span, Span(), histogram)
    }
  }

  private mutating func addTarget(_ resource: [(key: String, value: String)]) {
    let labels = resource.sorted { $0.key < $1.key }
    let block = OwnExposition.block(labels.map { .init($0.key, $0.value) })
    writer.beginFamily(
      FamilyHead(
        name: Array("target_info".utf8), help: Array("Target metadata".utf8), kind: .info))
    writer.add(block.span, Span(), .int(1))
    writer.endFamily()
  }

  private static func block(_ labels: [MetricsRegistry.Label]) -> [UInt8] {
    var block = ByteBuffer()
    for label in labels {
      guard let name = labelNaming.name(Array(label.name.utf8)) else { continue }
      LabelBlock.append(name: name, value: Array(label.value.utf8), to: &block, blockStart: 0)
    }
    return Array(copying: block.span)
  }
}
