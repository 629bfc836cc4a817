internal import Bytes
internal import Prometheus
internal import Telemetry

/// Exemplars of OTLP as Prometheus has them; specification "Prometheus and OpenMetrics
/// Compatibility", exemplars.
enum ExemplarLabels {
  /// The characters that an exemplar's label names and values may have together (OpenMetrics 1.0).
  private static let characterLimit = 128

  /// The exemplar; nil where it has no value.
  static func sample(_ exemplar: ExemplarView, _ naming: LabelNaming) -> ExemplarSample? {
    let value: Double
    switch exemplar.value {
    case .int(let int): value = Double(int)
    case .double(let double): value = double
    case nil: return nil
    }
    var labels = LabelCollection()
    var count = 0
    if exemplar.traceID.count == 16 {
      count += add("trace_id", hexadecimal(exemplar.traceID), to: &labels)
    }
    if exemplar.spanID.count == 8 {
      count += add("span_id", hexadecimal(exemplar.spanID), to: &labels)
    }
    var filtered = labels
    var attributes = exemplar.filteredAttributes
    while let attribute = attributes.next() {
      let key = Array(copying: attribute.key)
      guard let name = naming.name(key), !labels.contains(name) else { continue }
      let value = AttributeText.text(of: attribute.value)
      filtered.add(name: name, value: value, key: key)
      count += characters(name) + characters(value)
    }
    var buffer = ByteBuffer()
    _ = (count <= characterLimit ? filtered : labels).write(to: &buffer)
    return ExemplarSample(labels: Array(copying: buffer.span), value: value, time: exemplar.time)
  }

  private static func add(
    _ name: String, _ value: [UInt8], to labels: inout LabelCollection
  ) -> Int {
    labels.add(name: Array(name.utf8), value: value)
    return name.utf8.count + value.count
  }

  private static func characters(_ text: [UInt8]) -> Int {
    String(decoding: text, as: UTF8.self).unicodeScalars.count
  }

  private static func hexadecimal(_ bytes: Span<UInt8>) -> [UInt8] {
    var digits = ByteBuffer()
    digits.appendHexadecimal(bytes)
    return Array(copying: digits.span)
  }
}
