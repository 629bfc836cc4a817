public import Bytes

/// Writes metrics in one of the exposition formats.
///
/// Begin a family, add its samples, end it; families and samples come out in the order of the
/// calls. The labels of a sample come as two `LabelBlock`s, of which either may be empty: what it
/// shares with others and its own.
public struct ExpositionWriter: ~Copyable {
  /// What is written.
  public let format: ExpositionFormat
  /// Whether label names may need escaping; costs time for every sample.
  let escapesLabels: Bool
  var output: ByteBuffer
  var head = FamilyHead(name: [], kind: .unknown)
  /// The family's name in the syntax: escaped, and without its suffix in OpenMetrics.
  var base: [UInt8] = []
  var isQuoted = false
  /// The length mark of the family that is open, in protobuf.
  var familyMark: Int?

  /// A writer of `format`; names are all of the classic set unless `mayHaveUTF8Names`.
  public init(_ format: ExpositionFormat, mayHaveUTF8Names: Bool) {
    self.format = format
    escapesLabels = mayHaveUTF8Names && format.escaping != .allowUTF8
    output = ByteBuffer()
  }

  /// The bytes written since the last `take`.
  public var byteCount: Int { output.count }

  /// Hands over what is written; in protobuf only between families.
  public mutating func take() -> ByteSlice {
    precondition(familyMark == nil, "a family's length is not known before its end")
    let piece = output.takeSlice()
    // The next piece is about as large: doubling until it fits would copy it once more.
    output.reserve(piece.count + piece.count / 32)
    return piece
  }

  /// Whether `take` may be called now.
  public var canTake: Bool { familyMark == nil }

  /// The family's name as the format writes it.
  public static func writtenName(_ name: [UInt8], _ format: ExpositionFormat) -> [UInt8] {
    format.escaping.apply(name, allowsColon: true)
  }

  /// Begins a family.
  public mutating func beginFamily(_ head: FamilyHead) {
    self.head = head
    base = ExpositionWriter.writtenName(head.name, format)
    isQuoted = !ClassicName.isMetric(base.span)
    switch format.syntax {
    case .protobuf:
      familyMark = output.openLength()
      writeMessageHead()
    case .text: writeTextHead()
    case .openMetrics: writeOpenMetricsHead()
    }
  }

  /// Ends the family.
  public mutating func endFamily() {
    if let mark = familyMark.take() { output.closeLength(mark) }
  }

  /// Ends the exposition.
  public mutating func finish() {
    if format.syntax == .openMetrics { output.append("# EOF\n") }
  }

  /// Adds a counter, gauge, info or unknown.
  public mutating func add(
    _ shared: Span<UInt8>, _ own: Span<UInt8>, _ value: SampleValue, _ times: SampleTimes = .init(),
    exemplar: ExemplarSample? = nil
  ) {
    if escapesLabels {
      let labels = merged(shared, own)
      writeNumber(labels.span, Span(), value, times, exemplar)
    } else {
      writeNumber(shared, own, value, times, exemplar)
    }
  }

  /// Adds a histogram with explicit bounds.
  public mutating func add(
    _ shared: Span<UInt8>, _ own: Span<UInt8>, _ histogram: HistogramSample,
    _ times: SampleTimes = .init()
  ) {
    let labels = merged(shared, own)
    if format.syntax == .protobuf {
      writeMessage(labels.span, histogram, times)
    } else {
      writeLines(labels.span, histogram, times)
    }
  }

  /// Adds a native histogram; text has its count and sum alone.
  public mutating func add(
    _ shared: Span<UInt8>, _ own: Span<UInt8>, _ histogram: NativeHistogramSample,
    _ times: SampleTimes = .init()
  ) {
    let labels = merged(shared, own)
    if format.syntax == .protobuf {
      writeMessage(labels.span, histogram, times)
    } else {
      let classic = HistogramSample(
        bounds: [], counts: [histogram.count], count: histogram.count, sum: histogram.sum)
      writeLines(labels.span, classic, times)
    }
  }

  /// Adds a summary.
  public mutating func add(
    _ shared: Span<UInt8>, _ own: Span<UInt8>, _ summary: SummarySample,
    _ times: SampleTimes = .init()
  ) {
    let labels = merged(shared, own)
    if format.syntax == .protobuf {
      writeMessage(labels.span, summary, times)
    } else {
      writeLines(labels.span, summary, times)
    }
  }

  private mutating func writeNumber(
    _ shared: Span<UInt8>, _ own: Span<UInt8>, _ value: SampleValue, _ times: SampleTimes,
    _ exemplar: ExemplarSample?
  ) {
    if format.syntax == .protobuf {
      writeMessage(shared, own, value, times, exemplar)
    } else {
      writeLine(shared, own, value, times, exemplar)
    }
  }

  /// Both blocks as one, escaped where that is needed.
  private func merged(_ shared: Span<UInt8>, _ own: Span<UInt8>) -> [UInt8] {
    if escapesLabels {
      return LabelBlock.escaped([Array(copying: shared), Array(copying: own)], format.escaping)
    }
    var labels = Array(copying: shared)
    if shared.count > 0, own.count > 0 { labels.append(UInt8(ascii: ",")) }
    return labels + Array(copying: own)
  }
}
