/// What a scrape is answered with.
public struct ExpositionFormat: Sendable, Equatable {
  /// How metrics are written.
  public enum Syntax: Sendable, Equatable {
    /// Prometheus' text, version 0.0.4, or 1.0.0 where names are UTF-8.
    case text
    /// OpenMetrics text, version 1.0.0.
    case openMetrics
    /// `io.prometheus.client.MetricFamily` messages, each behind its length.
    case protobuf
  }

  /// How metrics are written.
  public let syntax: Syntax
  /// How names outside the classic set are written.
  public let escaping: NameEscaping
  /// Whether the scraper named an escaping, so that the answer names it too.
  private let namesEscaping: Bool

  /// A format of this syntax; without an escaping, underscores.
  public init(_ syntax: Syntax, escaping: NameEscaping? = nil) {
    self.syntax = syntax
    self.escaping = escaping ?? .underscores
    namesEscaping = escaping != nil
  }

  /// The value of `content-type`.
  public var contentType: String {
    let base =
      switch syntax {
      case .text:
        "text/plain; version=\(escaping == .allowUTF8 ? "1.0.0" : "0.0.4"); charset=utf-8"
      case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
      case .protobuf:
        "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited"
      }
    return namesEscaping ? "\(base); escaping=\(escaping.rawValue)" : base
  }

  /// The format that a scraper with this `accept` field likes best; text where it names none we have.
  ///
  /// Of equal preferences the first wins.
  public init(accept: String, allowsOpenMetrics: Bool) {
    var best = ExpositionFormat(.text)
    var bestQuality = 0.0
    for range in AcceptedRange.all(accept) where range.quality > bestQuality {
      guard let format = ExpositionFormat(range, allowsOpenMetrics) else { continue }
      best = format
      bestQuality = range.quality
    }
    self = best
  }

  private init?(_ range: AcceptedRange, _ allowsOpenMetrics: Bool) {
    let version = range.parameters["version"]
    let escaping = range.parameters["escaping"].flatMap { NameEscaping(rawValue: $0) }
    switch range.name {
    case "application/vnd.google.protobuf":
      guard range.parameters["proto"] == "io.prometheus.client.MetricFamily",
        range.parameters["encoding"] == "delimited"
      else { return nil }
      self.init(.protobuf, escaping: escaping)
    case "application/openmetrics-text":
      guard allowsOpenMetrics, version == nil || version == "1.0.0" || version == "0.0.1" else {
        return nil
      }
      self.init(.openMetrics, escaping: escaping)
    case "text/plain":
      guard version == nil || version == "0.0.4" || (version == "1.0.0" && escaping == .allowUTF8)
      else { return nil }
      self.init(.text, escaping: escaping)
    case "text/*", "*/*": self.init(.text, escaping: escaping)
    default: return nil
    }
  }
}
