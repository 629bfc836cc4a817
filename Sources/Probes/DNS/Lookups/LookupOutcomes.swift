internal import Bytes
internal import DNS
internal import Telemetry

/// What log records tell of response codes, encoded once each.
struct LookupOutcomes: ~Copyable {
  /// Response codes whose attributes are kept, and as many again with a truncated answer.
  private static let codeCount = 32

  private(set) var bytes = ByteBuffer(minimumCapacity: 256)
  private var places = [Range<Int>](repeating: 0..<0, count: 2 * codeCount)
  /// The bytes that are kept; behind them is what is seldom told.
  private var keptByteCount = 0

  /// Where the attributes of `outcome` are, until the next call.
  mutating func find(_ outcome: DNSOutcome) -> Range<Int> {
    guard case .answered(let code, let isTruncated) = outcome,
      code.rawValue < UInt16(LookupOutcomes.codeCount)
    else { return encode(outcome) }
    let place = Int(code.rawValue) + (isTruncated ? LookupOutcomes.codeCount : 0)
    if places[place].isEmpty {
      places[place] = encode(outcome)
      keptByteCount = bytes.count
    }
    return places[place]
  }

  private mutating func encode(_ outcome: DNSOutcome) -> Range<Int> {
    bytes.truncate(to: keptByteCount)
    let field = LogsWriter.attributesField
    if case .answered(let code, let isTruncated) = outcome {
      bytes.appendAttribute("dns.response_code", code.description.utf8Span.span, as: field)
      if isTruncated { bytes.appendAttribute("dns.answers.truncated", true, as: field) }
    }
    if let error = outcome.error {
      bytes.appendAttribute("error.type", error.utf8Span.span, as: field)
    }
    return keptByteCount..<bytes.count
  }
}
