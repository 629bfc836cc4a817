internal import Bytes

/// Writes metrics as the bytes of an export request, one field after the other.
///
/// Order of the calls: `select` a resource and scope, in it metrics, each from `open` to `close`, in these
/// points: first a point's attributes, then its value, which ends it. All sums are cumulative.
public struct MetricsWriter: ~Copyable {
  private static let cumulative: UInt64 = 2

  private var frame: RequestFrame
  private var shape = MetricShape("", .gauge, unit: "", "")
  private var start = 0
  private var mark = 0
  private var dataMark = 0
  private var pointMark: Int?
  private var pointsBefore = 0
  /// The moment of the points, in nanoseconds since 1970.
  public var time: UInt64 = 0
  /// The moment at which cumulative sums began.
  public var startTime: UInt64 = 0

  /// A writer whose scopes carry this version.
  public init(version: String) {
    frame = RequestFrame(version: version)
  }

  /// A writer whose scopes carry this version, and whose resources follow this schema.
  public init(version: String, schema: StaticString) {
    frame = RequestFrame(version: version, schema: schema)
  }

  /// The points of the request so far.
  public var pointCount: Int { frame.itemCount }

  /// The bytes of the request so far.
  public var byteCount: Int { frame.buffer.count }

  /// Has the metrics that follow belong to this scope of the resource with these encoded attributes.
  public mutating func select(resource attributes: Span<UInt8> = Span(), scope: StaticString) {
    frame.select(attributes, scope)
  }

  /// Begins a metric.
  public mutating func open(_ metric: MetricShape) {
    shape = metric
    start = frame.buffer.count
    pointsBefore = frame.itemCount
    frame.buffer.appendTag(2, .length)
    mark = frame.buffer.openLength(expecting: 1000)
    frame.buffer.appendField(1, metric.name)
    frame.buffer.appendField(2, metric.description)
    frame.buffer.appendField(3, metric.unit)
    frame.buffer.appendTag(metric.dataField, .length)
    dataMark = frame.buffer.openLength(expecting: 1000)
  }

  /// Ends the metric; without points nothing of it stays.
  public mutating func close() {
    guard frame.itemCount > pointsBefore else { return frame.buffer.truncate(to: start) }
    if shape.kind != .gauge { frame.buffer.appendField(2, varint: MetricsWriter.cumulative) }
    if shape.kind == .counter { frame.buffer.appendField(3, varint: 1) }
    frame.buffer.closeLength(dataMark, expecting: 1000)
    frame.buffer.closeLength(mark, expecting: 1000)
  }

  /// Gives the next point an attribute; what is not UTF-8 in it becomes U+FFFD.
  public mutating func attribute(_ key: StaticString, _ value: Span<UInt8>) {
    openPoint()
    frame.buffer.appendAttribute(key, value, as: shape.attributesField)
  }

  /// Gives the next point an attribute.
  public mutating func attribute(_ key: StaticString, _ value: StaticString) {
    openPoint()
    frame.buffer.appendAttribute(key, value, as: shape.attributesField)
  }

  /// Gives the next point an attribute.
  public mutating func attribute(_ key: StaticString, _ value: Int64) {
    openPoint()
    frame.buffer.appendAttribute(key, value, as: shape.attributesField)
  }

  /// Gives the next point an attribute such as `cpu3`; a negative number counts as 0.
  public mutating func attribute(_ key: StaticString, _ prefix: StaticString, _ number: Int) {
    openPoint()
    frame.buffer.appendAttribute(
      key, prefix, UInt64(clamping: number), as: shape.attributesField)
  }

  /// Gives the next point attributes that were encoded as field `field` of some message.
  public mutating func attributes(_ encoded: Span<UInt8>, from field: Int) {
    openPoint()
    frame.buffer.appendAttributes(encoded, from: field, as: shape.attributesField)
  }

  /// Ends the point of a gauge or sum with a whole number.
  public mutating func point(_ value: Int64) {
    openTimes()
    frame.buffer.appendTag(6, .fixed64)
    frame.buffer.appendFixed64(UInt64(bitPattern: value))
    closePoint()
  }

  /// Ends the point of a gauge or sum with a whole number; one above `Int64.max` counts as that.
  public mutating func point(_ value: UInt64) {
    point(Int64(clamping: value))
  }

  /// Ends the point of a gauge or sum with a fraction.
  public mutating func point(_ value: Double) {
    openTimes()
    frame.buffer.appendTag(4, .fixed64)
    frame.buffer.appendFixed64(value.bitPattern)
    closePoint()
  }

  /// Ends the point of a histogram: `counts` has one number more than there are bounds.
  ///
  /// Where `sum` is nil the point tells none.
  public mutating func histogram(
    counts: Span<UInt64>, bounds: Span<Double>, sum: Double? = nil
  ) {
    openTimes()
    appendCountAndSum(counts, zeroCount: 0, sum)
    frame.buffer.appendTag(6, .length)
    frame.buffer.appendVarint(UInt64(counts.count * 8))
    for index in counts.indices { frame.buffer.appendFixed64(counts[index]) }
    frame.buffer.appendTag(7, .length)
    frame.buffer.appendVarint(UInt64(bounds.count * 8))
    for index in bounds.indices { frame.buffer.appendFixed64(bounds[index].bitPattern) }
    closePoint()
  }

  /// Ends the point of an exponential histogram of values that are not negative.
  ///
  /// Bucket i of `counts` holds the values above b^(offset+i) up to b^(offset+i+1), where b is 2^(2^-scale).
  public mutating func exponentialHistogram(
    scale: Int32, offset: Int32, counts: Span<UInt64>, zeroCount: UInt64 = 0, sum: Double? = nil
  ) {
    openTimes()
    appendCountAndSum(counts, zeroCount: zeroCount, sum)
    frame.buffer.appendField(6, varint: MetricsWriter.zigZag(scale))
    frame.buffer.appendTag(7, .fixed64)
    frame.buffer.appendFixed64(zeroCount)
    frame.buffer.appendTag(8, .length)
    let buckets = frame.buffer.openLength()
    frame.buffer.appendField(1, varint: MetricsWriter.zigZag(offset))
    frame.buffer.appendTag(2, .length)
    let packed = frame.buffer.openLength()
    for index in counts.indices { frame.buffer.appendVarint(counts[index]) }
    frame.buffer.closeLength(packed)
    frame.buffer.closeLength(buckets)
    closePoint()
  }

  /// Takes the request written so far.
  public mutating func takePayload() -> Payload { frame.take() }

  private static func zigZag(_ value: Int32) -> UInt64 {
    UInt64(UInt32(bitPattern: value << 1 ^ value >> 31))
  }

  private mutating func appendCountAndSum(
    _ counts: Span<UInt64>, zeroCount: UInt64, _ sum: Double?
  ) {
    var count = zeroCount
    for index in counts.indices { count &+= counts[index] }
    frame.buffer.appendTag(4, .fixed64)
    frame.buffer.appendFixed64(count)
    guard let sum else { return }
    frame.buffer.appendTag(5, .fixed64)
    frame.buffer.appendFixed64(sum.bitPattern)
  }

  private mutating func openPoint() {
    guard pointMark == nil else { return }
    frame.buffer.appendTag(1, .length)
    pointMark = frame.buffer.openLength(expecting: 200)
  }

  private mutating func openTimes() {
    openPoint()
    if shape.kind != .gauge {
      frame.buffer.appendTag(2, .fixed64)
      frame.buffer.appendFixed64(startTime)
    }
    frame.buffer.appendTag(3, .fixed64)
    frame.buffer.appendFixed64(time)
  }

  private mutating func closePoint() {
    guard let mark = pointMark else { return }
    frame.buffer.closeLength(mark, expecting: 200)
    pointMark = nil
    frame.itemCount += 1
  }
}
