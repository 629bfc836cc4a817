internal import Bytes

/// One metric with its data points.
public struct MetricView: WireView, ~Escapable {
  /// What a metric's data points are, by the number of the field that holds them.
  public enum Kind: Int, Sendable {
    /// Values at a time: `numberPoints`.
    case gauge = 5
    /// Values that add up: `numberPoints`.
    case sum = 7
    /// Distributions with explicit bounds: `histogramPoints`.
    case histogram = 9
    /// Distributions with exponential buckets: `exponentialHistogramPoints`.
    case exponentialHistogram = 10
    /// Quantiles: `summaryPoints`.
    case summary = 11
  }

  private let bytes: Span<UInt8>
  private var nameRange = 0..<0
  private var descriptionRange = 0..<0
  private var unitRange = 0..<0
  private var dataRange = 0..<0
  /// What the data points are; nil where there are none.
  public private(set) var kind: Kind? = nil
  /// What a sum or histogram counts from: 1 the last report, 2 a fixed start; 0 unspecified.
  public private(set) var temporality: Int32 = 0
  /// Whether a sum only grows.
  public private(set) var isMonotonic = false

  /// A view of the message whose fields are `bytes`.
  @_lifetime(copy bytes)
  public init(_ bytes: Span<UInt8>) {
    self.bytes = bytes
    var fields = FieldCursor(bytes, 0..<bytes.count)
    while let field = fields.next() {
      switch field.number {
      case 1: nameRange = field.value
      case 2: descriptionRange = field.value
      case 3: unitRange = field.value
      default:
        guard let known = Kind(rawValue: field.number), field.type == .length else { continue }
        kind = known
        dataRange = field.value
      }
    }
    var dataFields = FieldCursor(bytes, dataRange)
    while let field = dataFields.next() {
      switch field.number {
      case 2: temporality = Int32(truncatingIfNeeded: field.bits)
      case 3: isMonotonic = field.bits != 0
      default: break
      }
    }
  }

  /// The metadata in order.
  public var metadata: ViewCursor<KeyValueView> {
    @_lifetime(copy self)
    get { ViewCursor(bytes, field: 12) }
  }

  /// The data points of a gauge or a sum; none for another kind.
  public var numberPoints: ViewCursor<NumberPointView> {
    @_lifetime(copy self)
    get { ViewCursor(bytes.extracting(dataRange), field: kind == .gauge || kind == .sum ? 1 : 0) }
  }

  /// The data points of a histogram; none for another kind.
  public var histogramPoints: ViewCursor<HistogramPointView> {
    @_lifetime(copy self)
    get { ViewCursor(bytes.extracting(dataRange), field: kind == .histogram ? 1 : 0) }
  }

  /// The data points of an exponential histogram; none for another kind.
  public var exponentialHistogramPoints: ViewCursor<ExponentialHistogramPointView> {
    @_lifetime(copy self)
    get { ViewCursor(bytes.extracting(dataRange), field: kind == .exponentialHistogram ? 1 : 0) }
  }

  /// The data points of a summary; none for another kind.
  public var summaryPoints: ViewCursor<SummaryPointView> {
    @_lifetime(copy self)
    get { ViewCursor(bytes.extracting(dataRange), field: kind == .summary ? 1 : 0) }
  }

  /// The name, UTF-8.
  public var name: Span<UInt8> {
    @_lifetime(copy self)
    get { bytes.extracting(nameRange) }
  }

  /// What it measures, UTF-8.
  public var description: Span<UInt8> {
    @_lifetime(copy self)
    get { bytes.extracting(descriptionRange) }
  }

  /// The unit in UCUM, UTF-8.
  public var unit: Span<UInt8> {
    @_lifetime(copy self)
    get { bytes.extracting(unitRange) }
  }
}
