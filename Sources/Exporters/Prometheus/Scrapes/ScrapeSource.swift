public import Bytes
public import Prometheus

/// What makes the bodies that scrapes are answered with.
public protocol ScrapeSource: Sendable {
  /// Makes a body and hands it to `answer` once, on any queue; nil where it could not be made.
  ///
  /// Returns false, and never answers, where too many scrapes wait.
  func render(_ terms: ScrapeTerms, _ answer: @escaping @Sendable ([ByteSlice]?) -> Void) -> Bool
}
