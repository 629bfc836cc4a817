internal import Configuration
internal import Prometheus
internal import Sockets

extension PrometheusExporterConfig: ConfigDecodable {
  /// Reads the options.
  init(from section: ConfigSection) {
    self.init(address: PrometheusExporterConfig.address(section))
    namespace = section.string("namespace") ?? ""
    constantLabels = section.stringMap("const_labels") ?? []
    sendsTimestamps = section.bool("send_timestamps", default: false)
    sendsCreated = section.bool("send_created_timestamps", default: false)
    let expiration = section.duration("metric_expiration", default: .seconds(300))
    self.expiration = expiration > .zero ? expiration : nil
    allowsOpenMetrics = section.bool("enable_open_metrics", default: false)
    let addsSuffixes = section.bool("add_metric_suffixes", default: true)
    strategy = section.choice(
      "translation_strategy",
      default: addsSuffixes ? .underscoreEscapingWithSuffixes : .underscoreEscapingWithoutSuffixes)
    omitsScope = section.bool("without_scope_info", default: false)
    readResourceLabels(section)
    seriesLimit = section.int("max_series", default: 500_000, in: 1...100_000_000)
    hasClassicBuckets = section.bool("classic_exponential_histograms", default: false)
    readServer(section)
    section.finish()
  }

  private static func address(_ section: ConfigSection) -> SocketAddress {
    guard let text = section.string("endpoint"), !text.isEmpty else {
      section.problem("endpoint", "is required, such as endpoint: 127.0.0.1:8889")
      return .tcp(host: "localhost", port: 0)
    }
    do {
      return try SocketAddress(parsing: text)
    } catch {
      section.problem("endpoint", "\(error)")
      return .tcp(host: "localhost", port: 0)
    }
  }

  private mutating func readResourceLabels(_ section: ConfigSection) {
    if let conversion = section.section("resource_to_telemetry_conversion") {
      let isEnabled = conversion.bool("enabled", default: false)
      let omitsService = conversion.bool("exclude_service_attributes", default: false)
      conversion.finish()
      if isEnabled {
        resourceLabels = ResourceLabelSelection(
          included: ["*"],
          excluded: omitsService
            ? ["service.name", "service.namespace", "service.instance.id"] : [])
      }
    }
    if let selection = section.section("resource_constant_labels") {
      resourceLabels = ResourceLabelSelection(
        included: selection.names("included") ?? [],
        excluded: selection.names("excluded") ?? [])
      selection.finish()
    }
  }

  private mutating func readServer(_ section: ConfigSection) {
    section.refuseServerSecurity()
    section.refuse([("cors", "CORS is of no use to scrapers; remove the section")])
    responseHeaders = section.headers(
      "response_headers",
      reserved: [
        "content-type": "it is that of the format", "content-encoding": "it is that of the scrape",
      ])
    // Scrapes have no bodies, and nothing goes on from them.
    for key in ["compression_algorithms", "include_metadata", "max_request_body_size"] {
      _ = section.node(key)
    }
    readTimeout = limit(section, "read_timeout", readTimeout)
    readHeaderTimeout = limit(section, "read_header_timeout", readHeaderTimeout)
    writeTimeout = limit(section, "write_timeout", writeTimeout)
    idleTimeout = limit(section, "idle_timeout", idleTimeout)
    keepsAlive = section.bool("keep_alives_enabled", default: true)
  }

  /// A duration of which zero means no limit.
  private func limit(
    _ section: ConfigSection, _ key: String, _ fallback: Duration?
  ) -> Duration? {
    let duration = section.duration(key, default: fallback ?? .zero)
    return duration > .zero ? duration : nil
  }
}
