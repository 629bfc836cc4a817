internal import Configuration
internal import Diagnostics
internal import Sockets

/// The options under `service::telemetry::metrics`.
struct OwnMetricsConfig: Sendable {
  /// A port where the metrics can be scraped.
  struct Pull: Sendable, Equatable {
    /// Where to listen.
    var address = SocketAddress.tcp(host: "localhost", port: 8888)
    /// How names are written.
    var naming = OwnMetricNaming()
    /// Whether the configuration asks for it: what is only a default may fail without harm.
    var isRequired = false
  }

  /// How much is shown.
  var level = MetricsLevel.normal
  /// Where the metrics can be scraped.
  var pulls = [Pull()]
  /// Where the metrics are sent.
  var pushes: [OwnMetricPushConfig] = []

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
      read(readers)
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

  private mutating func read(_ readers: [ConfigSection]) {
    pulls = []
    for reader in readers {
      if let periodic = reader.section("periodic") {
        if let push = OwnMetricPushConfig(from: periodic) { pushes.append(push) }
      } else if let pull = OwnMetricsConfig.pull(reader) {
        pulls.append(pull)
      }
      reader.finish()
    }
  }

  private static func pull(_ reader: ConfigSection) -> Pull? {
    guard let pull = reader.section("pull"), let exporter = pull.section("exporter") else {
      reader.problem("expected pull or periodic with an exporter")
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
    var naming = OwnMetricNaming()
    naming.hasScope = !section.bool("without_scope_info", default: false)
    naming.hasUnits = !section.bool("without_units", default: false)
    naming.hasTypeSuffix = !section.bool("without_type_suffix", default: false)
    _ = section.node("with_resource_constant_labels")
    return Pull(
      address: .tcp(host: host, port: UInt16(port)), naming: naming, isRequired: true)
  }
}
