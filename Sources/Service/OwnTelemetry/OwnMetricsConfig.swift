internal import Configuration
internal import Sockets

/// The options under `service::telemetry::metrics`.
struct OwnMetricsConfig: Sendable {
  /// A port where the metrics can be scraped.
  struct Pull: Sendable, Equatable {
    /// Where to listen.
    var address = SocketAddress.tcp(host: "localhost", port: 8888)
    /// How names are written.
    var naming = MetricNaming()
    /// Whether the configuration asks for it: what is only a default may fail without harm.
    var isRequired = false
  }

  /// How much is shown.
  var level = MetricsLevel.normal
  /// Where the metrics can be scraped.
  var pulls = [Pull()]

  /// The defaults: `http://localhost:8888/metrics`.
  init() {}

  init(from section: ConfigSection) {
    level = section.choice("level", default: .normal)
    let address = section.string("address").map { OwnMetricsConfig.address($0, section) }
    if let address { pulls = [Pull(address: address, isRequired: true)] }
    if let readers = section.sections("readers") {
      if address != nil {
        section.problem("address", "is the old form of readers; keep one of them")
      }
      pulls = readers.compactMap(OwnMetricsConfig.pull)
    }
    // Views shape the reference collector's instruments; there are none of that kind here.
    _ = section.node("views")
    section.finish()
  }

  private static func address(_ text: String, _ section: ConfigSection) -> SocketAddress {
    do {
      return try SocketAddress(parsing: text)
    } catch {
      section.problem("address", "\(error)")
      return Pull().address
    }
  }

  private static func pull(_ reader: ConfigSection) -> Pull? {
    defer { reader.finish() }
    if reader.contains("periodic") {
      _ = reader.node("periodic")
      reader.problem(
        "periodic", "periodic readers are not in this build; use pull and scrape the port")
      return nil
    }
    guard let pull = reader.section("pull"), let exporter = pull.section("exporter") else {
      reader.problem("expected pull with an exporter")
      return nil
    }
    defer {
      exporter.finish()
      pull.finish()
    }
    guard let section = exporter.section("prometheus") else {
      exporter.problem("expected prometheus, the only exporter that is pulled")
      return nil
    }
    defer { section.finish() }
    let host = section.string("host") ?? "localhost"
    let port = section.int("port", default: 8888, in: 0...65535)
    var naming = MetricNaming()
    naming.hasScope = !section.bool("without_scope_info", default: false)
    naming.hasUnits = !section.bool("without_units", default: false)
    naming.hasTypeSuffix = !section.bool("without_type_suffix", default: false)
    _ = section.node("with_resource_constant_labels")
    return Pull(
      address: .tcp(host: host, port: UInt16(port)), naming: naming, isRequired: true)
  }
}

/// How the names of own metrics are written.
struct MetricNaming: Sendable, Equatable {
  /// Whether each series has the labels of the instrumentation scope.
  var hasScope = false
  /// Whether names end with their unit.
  var hasUnits = false
  /// Whether names of counters end with `_total`.
  var hasTypeSuffix = false
}
