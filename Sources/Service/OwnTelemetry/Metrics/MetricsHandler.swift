internal import Bytes
internal import HTTPTypes
internal import Prometheus
internal import Queues
internal import Transport

/// Answers scrapes of the collector's own metrics, as the prometheus exporter answers its scrapers.
final class MetricsHandler: HTTPHandler {
  private let scrapes: OwnScrapes
  private let allowsOpenMetrics: Bool

  /// OpenMetrics has no counters without `_total`: where names lack it, scrapers get plain text.
  init(_ scrapes: OwnScrapes, allowsOpenMetrics: Bool) {
    self.scrapes = scrapes
    self.allowsOpenMetrics = allowsOpenMetrics
  }

  func handle(_ exchange: HTTPExchange) {
    let head = exchange.head
    guard head.path == "/metrics" else {
      return refuse(exchange, 404, "404 page not found; metrics are at /metrics")
    }
    guard head.method == "GET" || head.method == "HEAD" else {
      return refuse(
        exchange, 405, "405 method not allowed, supported: [GET, HEAD]",
        HTTPFields(["allow": "GET, HEAD"]))
    }
    let terms = ScrapeTerms(
      accept: head.fields.all("accept").joined(separator: ","),
      acceptEncoding: head.fields.all("accept-encoding").joined(separator: ","),
      allowsOpenMetrics: allowsOpenMetrics)
    let bound = exchange.bound
    scrapes.render(terms) { body in
      bound.shard.run { MetricsHandler.respond(bound.value, terms, body) }
    }
  }

  private static func respond(_ exchange: HTTPExchange, _ terms: ScrapeTerms, _ body: ByteSlice?) {
    guard let body else { return exchange.respond(HTTPResponseHead(status: 500)) }
    var head = HTTPResponseHead(status: 200)
    for (name, value) in terms.fields { head.fields.append(name, value) }
    exchange.respond(head, body: exchange.head.method == "HEAD" ? [] : [body])
  }

  private func refuse(
    _ exchange: HTTPExchange, _ status: Int, _ words: String, _ fields: HTTPFields = .init()
  ) {
    var head = HTTPResponseHead(status: status, fields: fields)
    head.fields.append("content-type", "text/plain; charset=utf-8")
    exchange.respond(head, body: [ByteSlice(words + "\n")])
  }
}
