import Bytes
import Telemetry
import Testing

@Suite struct RejectedItemTests {
  typealias Build = RequestBuilder
  typealias Reason = RejectedItem.Reason

  static let zeros = [UInt8](repeating: 0, count: 16)
  static let link16 = Build.field(13, Build.field(1, [1]))
  static let link8 = Build.field(13, Build.field(2, [1]))

  static let spans: [([UInt8], Reason?)] = [
    (Build.span(), nil),
    (Build.span(trace: zeros), .traceID),
    (Build.span(trace: [1, 2, 3]), .traceID),
    (Build.span(trace: []), .traceID),
    (Build.span(id: Array(zeros[0..<8])), .spanID),
    (Build.span(id: [1, 2, 3, 4, 5, 6, 7]), .spanID),
    ([], .traceID),
    (Build.field(1, [UInt8](repeating: 9, count: 16)), .spanID),
    (Build.span(parent: [1]), .idLength),
    (Build.span(parent: [1, 2, 3, 4, 5, 6, 7, 8]), nil),
    (Build.span(name: [0xFF]), .invalidUTF8),
    (Build.span(more: link16), .idLength),
    (Build.span(more: link8), .idLength),
    (Build.span(more: Build.field(13, [])), nil),
    (Build.span(more: Build.field(9, Build.field(1, [0xFF]))), .invalidUTF8),
    // The last of several values counts.
    (Build.span(trace: [1], more: Build.field(1, [UInt8](repeating: 1, count: 16))), nil),
  ]

  @Test("a span is rejected for its own faults only", arguments: spans)
  func span(span: [UInt8], reason: Reason?) throws {
    let bytes = Build.request(items: [Build.span(), span, Build.span(name: [0x7A])])
    let request = try RequestValidator.validate(ByteSlice(bytes), signal: .traces)
    #expect(request.itemCount == 3)
    #expect(request.rejected.map(\.reason) == (reason.map { [$0] } ?? []))
    let kept = Build.request(items: [Build.span(), Build.span(name: [0x7A])])
    #expect(request.payload.joined().array == (reason == nil ? bytes : kept))
    #expect(request.payload.itemCount == (reason == nil ? 3 : 2))
  }

  static let logs: [([UInt8], Reason?)] = [
    ([], nil), (Build.field(9, zeros), nil), (Build.field(9, [1]), .idLength),
    (Build.field(10, Array(zeros[0..<8])), nil), (Build.field(10, zeros), .idLength),
    (Build.field(5, Build.field(1, [0xFE])), .invalidUTF8),
  ]

  @Test("a log record's ids may be absent or zero, but not of another length", arguments: logs)
  func log(record: [UInt8], reason: Reason?) throws {
    let bytes = Build.request(items: [record, []])
    let request = try RequestValidator.validate(ByteSlice(bytes), signal: .logs)
    #expect(request.itemCount == 2)
    #expect(request.rejected.map(\.reason) == (reason.map { [$0] } ?? []))
  }

  static func histogram(counts: Int, bounds: Int) -> [UInt8] {
    (counts > 0 ? Build.field(6, [UInt8](repeating: 0, count: counts * 8)) : [])
      + (bounds > 0 ? Build.field(7, [UInt8](repeating: 0, count: bounds * 8)) : [])
  }

  static let histograms: [([UInt8], Reason?)] = [
    (histogram(counts: 0, bounds: 0), nil), (histogram(counts: 1, bounds: 0), nil),
    (histogram(counts: 4, bounds: 3), nil), (histogram(counts: 3, bounds: 3), .bucketCounts),
    (histogram(counts: 0, bounds: 1), .bucketCounts),
    (histogram(counts: 2, bounds: 0), .bucketCounts),
    (Build.field(8, Build.field(5, [1])), .idLength),
  ]

  @Test("a histogram has one count more than bounds, or neither", arguments: histograms)
  func histogram(point: [UInt8], reason: Reason?) throws {
    let good = Self.histogram(counts: 2, bounds: 1)
    let bytes = Build.metrics(kind: 9, points: [good, point])
    let request = try RequestValidator.validate(ByteSlice(bytes), signal: .metrics)
    #expect(request.itemCount == 2)
    #expect(request.rejected.map(\.reason) == (reason.map { [$0] } ?? []))
    let kept = Build.metrics(kind: 9, points: [good])
    #expect(request.payload.joined().array == (reason == nil ? bytes : kept))
  }

  @Test("a metric whose name is not UTF-8 goes with all its data points")
  func metricName() throws {
    let bad = Self.histogram(counts: 3, bounds: 3)
    let bytes = Build.metrics(kind: 9, points: [[], bad, []], name: [0xFF])
    let request = try RequestValidator.validate(ByteSlice(bytes), signal: .metrics)
    #expect(request.rejected.map(\.reason) == [.invalidUTF8])
    #expect(request.rejectedItemCount == 3)
    #expect(request.payload.itemCount == 0)
    #expect(request.rejectionText == "text is not valid UTF-8 (3 data points)")
  }

  @Test("a metric without data points stays")
  func metricWithoutPoints() throws {
    let bytes = Build.metrics(kind: 9, points: [Self.histogram(counts: 3, bounds: 3)])
    let request = try RequestValidator.validate(ByteSlice(bytes), signal: .metrics)
    #expect(request.payload.joined().array == Build.metrics(kind: 9, points: []))
  }

  @Test("a profile counts whole in a partial success")
  func profile() throws {
    let profile = Build.field(7, [1]) + Build.field(2, []) + Build.field(2, [])
    let bytes = Build.request(items: [profile, Build.field(2, [])])
    let request = try RequestValidator.validate(ByteSlice(bytes), signal: .profiles)
    #expect(request.itemCount == 3)
    #expect(request.rejectedItemCount == 2)
    #expect(request.partialSuccessCount == 1)
    #expect(request.payload.itemCount == 1)
  }

  @Test("the reasons are told with their counts")
  func rejectionText() throws {
    let bytes = Build.request(items: [[], [], Build.span(parent: [1]), Build.span()])
    let request = try RequestValidator.validate(ByteSlice(bytes), signal: .traces)
    #expect(
      request.rejectionText
        == "trace_id is not 16 bytes with one of them not zero (2 spans); "
        + "an id has the wrong length (1 span)")
  }

  @Test("more invalid items than are told apart refuse the request")
  func limit() {
    let most = RequestValidator.maximumRejectedItems
    for (count, isRefused) in [(most, false), (most + 1, true)] {
      let spans = (0..<count).flatMap { _ in [0x12, 0] as [UInt8] }
      let bytes = Build.field(1, Build.field(2, spans))
      let error = RequestValidatorTests.error(bytes)
      #expect((error != nil) == isRefused)
      if isRefused { #expect(error?.contains("more than 65536 items are invalid") == true) }
    }
  }
}
