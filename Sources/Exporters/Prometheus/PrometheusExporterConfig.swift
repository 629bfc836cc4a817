internal import Configuration
internal import HTTPTypes
internal import Prometheus
internal import Queues
internal import Sockets

/// The options of the prometheus exporter.
struct PrometheusExporterConfig: Sendable {
  /// Where `/metrics` is served.
  var address: SocketAddress
  /// Put in front of every metric's name with an underscore, where it is not empty.
  var namespace = ""
  /// Labels of every series.
  var constantLabels: [(key: String, value: String)] = []
  /// Whether samples carry the time of their data point.
  var sendsTimestamps = false
  /// Whether OpenMetrics carries when counting began, as `_created`.
  var sendsCreated = false
  /// How long a series is exposed without an update; nil for ever.
  var expiration: Duration? = .seconds(300)
  /// Whether scrapers that like OpenMetrics get it.
  var allowsOpenMetrics = false
  /// How names are translated.
  var strategy = TranslationStrategy.underscoreEscapingWithSuffixes
  /// Whether the scope's labels are left out.
  var omitsScope = false
  /// Which resource attributes become labels of every series.
  var resourceLabels = ResourceLabelSelection.none
  /// The most series held.
  var seriesLimit = 500_000
  /// Whether exponential histograms are exposed as classic buckets in text.
  var hasClassicBuckets = false
  var readTimeout: Duration?
  var readHeaderTimeout: Duration? = .seconds(60)
  var writeTimeout: Duration? = .seconds(30)
  var idleTimeout: Duration? = .seconds(60)
  var keepsAlive = true

  /// Fields of every answer.
  var responseHeaders: [(name: String, value: Secret)] = []

  init(address: SocketAddress) {
    self.address = address
  }

  /// `responseHeaders` as they are sent.
  var responseFields: HTTPFields {
    responseHeaders.reduce(into: HTTPFields()) { $0.append($1.name, $1.value.revealed) }
  }

  /// The time from one look for expired series to the next, in whole seconds; nil where none expire.
  var sweepInterval: Duration? {
    expiration.map { .seconds(max(1, min(60, $0.seconds / 2).rounded(.down))) }
  }
}
