/// What a scraper and an endpoint agree on, of the scraper's fields.
public struct ScrapeTerms: Sendable, Equatable {
  /// How metrics are written.
  public let format: ExpositionFormat
  /// Whether the body is compressed with gzip.
  public let isCompressed: Bool

  /// The terms of a request with these fields, each with its lines joined by commas.
  public init(accept: String, acceptEncoding: String, allowsOpenMetrics: Bool) {
    format = ExpositionFormat(accept: accept, allowsOpenMetrics: allowsOpenMetrics)
    isCompressed = AcceptedRange.takesGzip(acceptEncoding)
  }

  /// The fields of the answer that say what was agreed on.
  public var fields: [(name: String, value: String)] {
    let fields = [("content-type", format.contentType), ("vary", "Accept, Accept-Encoding")]
    return isCompressed ? fields + [("content-encoding", "gzip")] : fields
  }
}
