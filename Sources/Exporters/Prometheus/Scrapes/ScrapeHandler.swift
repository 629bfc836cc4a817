internal import Bytes
public import HTTPTypes
internal import Prometheus
internal import Queues
public import Transport

/// Answers scrapes: `GET /metrics`.
public final class ScrapeHandler: HTTPHandler {
  private let source: any ScrapeSource
  private let allowsOpenMetrics: Bool
  private let fields: HTTPFields

  /// A handler that answers with what `source` makes, and with `fields` in every answer.
  ///
  /// OpenMetrics has no counters without `_total`: where names lack it, it must not be allowed, and scrapers get
  /// plain text.
  public init(
    _ source: any ScrapeSource, allowsOpenMetrics: Bool, fields: HTTPFields = HTTPFields()
  ) {
    self.source = source
    self.allowsOpenMetrics = allowsOpenMetrics
    self.fields = fields
  }

  /// Answers with the metrics, or why not.
  public func handle(_ exchange: HTTPExchange) {
    let head = exchange.head
    guard head.path == "/metrics" else {
      return refuse(exchange, 404, "404 page not found; metrics are at /metrics")
    }
    guard head.method == "GET" || head.method == "HEAD" else {
      return refuse(exchange, 405, "405 method not allowed, supported: [GET, HEAD]", allow: true)
    }
    let terms = ScrapeTerms(
      accept: head.fields.all("accept").joined(separator: ","),
      acceptEncoding: head.fields.all("accept-encoding").joined(separator: ","),
      allowsOpenMetrics: allowsOpenMetrics)
    let bound = exchange.bound
    let isTaken = source.render(terms) { [fields] body in
      bound.shard.run { ScrapeHandler.respond(bound.value, terms, fields, body) }
    }
    if !isTaken { refuse(exchange, 503, "503 too many scrapes wait; scrape less often") }
  }

  private static func respond(
    _ exchange: HTTPExchange, _ terms: ScrapeTerms, _ fields: HTTPFields, _ body: [ByteSlice]?
  ) {
    guard let body else {
      return exchange.respond(HTTPResponseHead(status: 500))
    }
    var head = HTTPResponseHead(status: 200, fields: fields)
    for (name, value) in terms.fields { head.fields.append(name, value) }
    exchange.respond(head, body: body)
  }

  private func refuse(
    _ exchange: HTTPExchange, _ status: Int, _ words: String, allow: Bool = false
  ) {
    var head = HTTPResponseHead(status: status, fields: fields)
    head.fields.append("content-type", "text/plain; charset=utf-8")
    if allow { head.fields.append("allow", "GET, HEAD") }
    exchange.respond(head, body: [ByteSlice(words + "\n")])
  }
}
