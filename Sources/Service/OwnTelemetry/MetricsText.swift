internal import Diagnostics

/// The collector's own metrics in the Prometheus text format, version 0.0.4.
struct MetricsText {
  /// The content type of the text.
  static let contentType = "text/plain; version=0.0.4; charset=utf-8"

  private(set) var text = ""
  private let naming: MetricNaming

  /// The text of `samples`, which are ordered by name; what `level` leaves out is not in it.
  init(
    _ samples: [MetricsRegistry.Sample], level: MetricsLevel, naming: MetricNaming,
    resource: [(key: String, value: String)]
  ) {
    self.naming = naming
    text.reserveCapacity(16 << 10)
    var last = ""
    for sample in samples {
      let entry = MetricCatalog.entry(of: sample.key.name)
      guard entry.level <= level else { continue }
      let name = name(of: sample, entry)
      if sample.key.name != last { describe(name, sample.reading, entry.help) }
      last = sample.key.name
      append(sample, as: name)
    }
    let labels = resource.sorted { $0.key < $1.key }.map {
      MetricsRegistry.Label($0.key, $0.value)
    }
    text += "# HELP target_info Target metadata\n# TYPE target_info gauge\n"
    line("target_info", labels, "1", scope: false)
  }

  private func name(of sample: MetricsRegistry.Sample, _ entry: MetricCatalog.Entry) -> String {
    var name = sample.key.name
    if naming.hasUnits, !entry.unit.isEmpty, !name.hasSuffix("_" + entry.unit) {
      name += "_" + entry.unit
    }
    if naming.hasTypeSuffix, sample.isCounter { name += "_total" }
    return name
  }

  private mutating func describe(
    _ name: String, _ reading: MetricsRegistry.Reading, _ help: String
  ) {
    let type =
      switch reading {
      case .counter, .sum: "counter"
      case .gauge: "gauge"
      case .histogram: "histogram"
      }
    text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
  }

  private mutating func append(_ sample: MetricsRegistry.Sample, as name: String) {
    let labels = sample.key.labels
    switch sample.reading {
    case .counter(let value), .gauge(let value): line(name, labels, "\(value)")
    case .sum(let value): line(name, labels, "\(value)")
    case .histogram(let values):
      var total = 0
      for (index, count) in values.counts.enumerated() {
        total += count
        let bound = index < values.bounds.count ? "\(values.bounds[index])" : "+Inf"
        line(name + "_bucket", labels + [.init("le", bound)], "\(total)")
      }
      line(name + "_sum", labels, "\(values.sum)")
      line(name + "_count", labels, "\(total)")
    }
  }

  private mutating func line(
    _ name: String, _ labels: [MetricsRegistry.Label], _ value: String, scope: Bool = true
  ) {
    var labels = labels
    if scope, naming.hasScope {
      labels += [.init("otel_scope_name", "swiftlet"), .init("otel_scope_version", Version.number)]
    }
    text += name
    var separator = "{"
    for label in labels {
      text += "\(separator)\(MetricsText.labelName(label.name))=\""
      text += MetricsText.escaped(label.value)
      text += "\""
      separator = ","
    }
    if !labels.isEmpty { text += "}" }
    text += " \(value)\n"
  }

  /// The name with an underscore for each character that label names cannot have.
  private static func labelName(_ name: String) -> String {
    String(
      name.enumerated().map { index, character in
        let isDigit = character.isASCII && character.isNumber
        let isLetter = character.isASCII && character.isLetter
        return isLetter || character == "_" || isDigit && index > 0 ? character : "_"
      })
  }

  private static func escaped(_ value: String) -> String {
    guard value.utf8.contains(where: { $0 == 0x22 || $0 == 0x5c || $0 == 0x0a }) else {
      return value
    }
    var escaped = ""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"": escaped += "\\\""
      case "\\": escaped += "\\\\"
      case "\n": escaped += "\\n"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}
