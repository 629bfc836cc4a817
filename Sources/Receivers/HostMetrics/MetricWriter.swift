internal import Bytes
internal import Procfs
internal import Telemetry

/// Writes metrics as the bytes of an export request, one field after the other.
///
/// Order of the calls: a resource, in it scopes, in these metrics, each with its points.
struct MetricWriter: ~Copyable {
  private static let schema: StaticString = "https://opentelemetry.io/schemas/1.9.0"
  private static let cumulative: UInt64 = 2

  private var buffer = ByteBuffer()
  private let version: String
  /// The moment of the points, in nanoseconds since 1970.
  var time: UInt64 = 0
  /// The moment at which cumulative sums began.
  var startTime: UInt64 = 0
  /// The points of the request so far.
  private(set) var pointCount = 0
  private var resourceStart = 0
  private var resourceMark = 0
  private var scopeStart = 0
  private var scopeMark = 0
  private var metricStart = 0
  private var metricMark = 0
  private var dataMark = 0
  private var pointMark: Int?
  private var kind = MetricDefinition.Kind.gauge
  private var pointsBefore = (resource: 0, scope: 0, metric: 0)
  private var expectedByteCount = 4096

  /// A writer whose scopes carry this version.
  init(version: String) {
    self.version = version
  }

  /// Begins a resource; `attributes` holds its encoded attributes.
  mutating func openResource(_ attributes: Span<UInt8> = Span()) {
    if buffer.isEmpty { buffer.reserve(expectedByteCount) }
    resourceStart = buffer.count
    pointsBefore.resource = pointCount
    buffer.appendTag(1, .length)
    resourceMark = buffer.openLength()
    buffer.appendField(1, bytes: attributes)
  }

  /// Ends the resource; without points nothing of it stays.
  mutating func closeResource() {
    guard pointCount > pointsBefore.resource else { return buffer.truncate(to: resourceStart) }
    appendText(3, MetricWriter.schema)
    buffer.closeLength(resourceMark)
  }

  /// Begins the scope of the scraper called `scraper`.
  mutating func openScope(_ scraper: StaticString) {
    scopeStart = buffer.count
    pointsBefore.scope = pointCount
    buffer.appendTag(2, .length)
    scopeMark = buffer.openLength()
    buffer.appendTag(1, .length)
    let mark = buffer.openLength()
    buffer.appendTag(1, .length)
    let nameMark = buffer.openLength()
    buffer.append("swiftlet/host_metrics/")
    buffer.append(scraper)
    buffer.closeLength(nameMark)
    buffer.appendField(2, text: version)
    buffer.closeLength(mark)
  }

  /// Ends the scope; without points nothing of it stays.
  mutating func closeScope() {
    guard pointCount > pointsBefore.scope else { return buffer.truncate(to: scopeStart) }
    buffer.closeLength(scopeMark)
  }

  /// Begins a metric; false, and nothing is written, where it is not wanted.
  mutating func open(_ metric: MetricDefinition?) -> Bool {
    guard let metric else { return false }
    metricStart = buffer.count
    pointsBefore.metric = pointCount
    kind = metric.kind
    buffer.appendTag(2, .length)
    metricMark = buffer.openLength()
    appendText(1, metric.name)
    appendText(2, metric.description)
    appendText(3, metric.unit)
    if case .gauge = kind { buffer.appendTag(5, .length) } else { buffer.appendTag(7, .length) }
    dataMark = buffer.openLength()
    return true
  }

  /// Ends the metric; without points nothing of it stays.
  mutating func close() {
    guard pointCount > pointsBefore.metric else { return buffer.truncate(to: metricStart) }
    switch kind {
    case .gauge: break
    case .counter:
      buffer.appendField(2, varint: MetricWriter.cumulative)
      buffer.appendField(3, varint: 1)
    case .upDownCounter: buffer.appendField(2, varint: MetricWriter.cumulative)
    }
    buffer.closeLength(dataMark)
    buffer.closeLength(metricMark)
  }

  /// Gives the next point an attribute.
  mutating func attribute(_ key: StaticString, _ value: StaticString) {
    let marks = openAttribute(key)
    appendText(1, value)
    close(marks)
  }

  /// Gives the next point an attribute; what is not UTF-8 in it becomes U+FFFD.
  mutating func attribute(_ key: StaticString, _ value: Span<UInt8>) {
    let marks = openAttribute(key)
    buffer.appendField(1, utf8: value)
    close(marks)
  }

  /// Gives the next point an attribute that is a number.
  mutating func attribute(_ key: StaticString, number: UInt64) {
    let marks = openAttribute(key)
    buffer.appendField(3, varint: number)
    close(marks)
  }

  /// Gives the next point an attribute such as `cpu3`.
  mutating func attribute(_ key: StaticString, _ prefix: StaticString, _ number: Int) {
    let marks = openAttribute(key)
    buffer.appendTag(1, .length)
    let mark = buffer.openLength()
    buffer.append(prefix)
    buffer.appendDecimal(UInt64(max(0, number)))
    buffer.closeLength(mark)
    close(marks)
  }

  /// Ends the point with a whole number.
  mutating func point(_ value: UInt64) {
    let mark = beginPoint()
    buffer.appendTag(6, .fixed64)
    buffer.appendFixed64(UInt64(bitPattern: Int64(clamping: value)))
    endPoint(mark)
  }

  /// Ends the point with a fraction.
  mutating func point(_ value: Double) {
    let mark = beginPoint()
    buffer.appendTag(4, .fixed64)
    buffer.appendFixed64(value.bitPattern)
    endPoint(mark)
  }

  /// Takes the request written so far.
  mutating func takePayload() -> Payload {
    expectedByteCount = buffer.count + buffer.count / 8
    defer { pointCount = 0 }
    return Payload(buffer.takeSlice(), itemCount: pointCount)
  }

  private mutating func beginPoint() -> Int {
    let mark = openPoint()
    pointMark = nil
    if case .gauge = kind {
    } else {
      buffer.appendTag(2, .fixed64)
      buffer.appendFixed64(startTime)
    }
    buffer.appendTag(3, .fixed64)
    buffer.appendFixed64(time)
    return mark
  }

  private mutating func endPoint(_ mark: Int) {
    buffer.closeLength(mark)
    pointCount += 1
  }

  private mutating func openPoint() -> Int {
    if let pointMark { return pointMark }
    buffer.appendTag(1, .length)
    let mark = buffer.openLength()
    pointMark = mark
    return mark
  }

  private mutating func openAttribute(_ key: StaticString) -> (pair: Int, value: Int) {
    _ = openPoint()
    buffer.appendTag(7, .length)
    let pair = buffer.openLength()
    appendText(1, key)
    buffer.appendTag(2, .length)
    return (pair, buffer.openLength())
  }

  private mutating func close(_ marks: (pair: Int, value: Int)) {
    buffer.closeLength(marks.value)
    buffer.closeLength(marks.pair)
  }

  private mutating func appendText(_ number: Int, _ text: StaticString) {
    buffer.appendTag(number, .length)
    buffer.appendVarint(UInt64(text.utf8CodeUnitCount))
    buffer.append(text)
  }
}

extension ByteBuffer {
  /// Appends a text field; what is not UTF-8 in `bytes` becomes U+FFFD.
  mutating func appendField(_ number: Int, utf8 bytes: Span<UInt8>) {
    if (try? UTF8Span(validating: bytes)) != nil {
      appendField(number, bytes: bytes)
    } else {
      appendField(number, text: String(copying: bytes))
    }
  }
}
