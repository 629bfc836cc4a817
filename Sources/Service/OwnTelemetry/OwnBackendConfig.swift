internal import Configuration
internal import OTLP
internal import Sockets
internal import Telemetry

/// A backend of the collector's own telemetry: an `otlp` exporter as OpenTelemetry's declarative
/// configuration has it.
struct OwnBackendConfig: Sendable {
  /// How requests are sent.
  enum Transport: Sendable, Equatable {
    case http
    case grpc
  }

  /// How requests are sent.
  var transport = Transport.http
  /// The backend's address.
  var address: SocketAddress
  /// The path of requests.
  var path: String
  /// Fields added to every request.
  var headers: [(name: String, value: Secret)] = []
  /// Whether requests are compressed with gzip.
  var isCompressed = false
  /// How long a request may take; nil where the reader or processor says it.
  var timeout: Duration?

  /// A backend for `signal` over HTTP.
  init(_ signal: Signal, address: SocketAddress = .tcp(host: "localhost", port: 4318)) {
    self.address = address
    path = signal.httpPath
  }

  /// The keys under which exporters stand, each with the transport that it means.
  private static let keys: [(key: String, transport: Transport?)] = [
    ("otlp", nil), ("otlp_http", .http), ("otlp_grpc", .grpc),
  ]

  /// Reads the `exporter` of `owner`; nil where there is none that can be used, which is reported.
  ///
  /// `other` reads the keys that only exporters of this signal have.
  init?(
    of owner: ConfigSection, _ signal: Signal, other: (ConfigSection) -> Void = { _ in }
  ) {
    guard let exporter = owner.section("exporter") else {
      owner.problem("exporter", "expected an otlp exporter")
      return nil
    }
    defer { exporter.finish() }
    self.init(signal)
    for (key, transport) in OwnBackendConfig.keys where exporter.contains(key) {
      guard let section = exporter.section(key) else { continue }
      read(section, transport, signal)
      other(section)
      section.finish()
      return
    }
    owner.problem("exporter", "expected an otlp exporter; others are not in this build")
    return nil
  }

  private mutating func read(_ section: ConfigSection, _ known: Transport?, _ signal: Signal) {
    if known == nil {
      switch section.string("protocol") ?? "http/protobuf" {
      case "http/protobuf": transport = .http
      case "grpc": transport = .grpc
      case let other:
        section.problem(
          "protocol", "\"\(other)\" is not in this build; use http/protobuf or grpc")
      }
    } else {
      transport = known ?? .http
    }
    if transport == .grpc { path = signal.grpcPath }
    let words = "it is written with every request"
    headers = section.headers(
      "headers",
      reserved: [
        "content-type": words, "content-encoding": words, "content-length": words, "host": words,
        "connection": words, "transfer-encoding": words,
      ])
    headers += list(section)
    let limit = section.int("timeout", default: 0)
    if limit > 0 { timeout = .milliseconds(limit) }
    switch section.string("compression") ?? "none" {
    case "gzip": isCompressed = true
    case "none", "": break
    case let other:
      section.problem("compression", "\"\(other)\" is not in this build; use gzip or none")
    }
    let isInsecure = readSecurity(section)
    guard let text = section.string("endpoint") else {
      let port = transport == .grpc ? 4317 : 4318
      return section.problem("endpoint", "is required: such as http://localhost:\(port)")
    }
    read(endpoint: text, isInsecure: isInsecure, section)
  }

  /// Refuses what needs TLS; says whether plain text is asked for.
  private func readSecurity(_ section: ConfigSection) -> Bool {
    var isInsecure = section.bool("insecure", default: false)
    for key in ["certificate", "client_certificate", "client_key"]
    where section.string(key)?.isEmpty == false {
      section.problem(key, "TLS is not in this build; remove the key")
    }
    if let tls = section.section("tls") {
      isInsecure = tls.bool("insecure", default: false) || isInsecure
      for key in tls.keys where key != "insecure" {
        _ = tls.node(key)
        tls.problem(key, "TLS is not in this build; remove the key")
      }
      tls.finish()
    }
    return isInsecure
  }

  /// Headers as one text, `a=1,b=2`.
  private func list(_ section: ConfigSection) -> [(name: String, value: Secret)] {
    guard let text = section.secret("headers_list")?.revealed else { return [] }
    return text.split(separator: ",").compactMap { pair in
      let parts = pair.split(separator: "=", maxSplits: 1)
      guard parts.count == 2 else {
        section.problem("headers_list", "expected name=value pairs with commas between")
        return nil
      }
      let name = String(parts[0].drop { $0 == " " })
      return (name, Secret(String(parts[1])))
    }
  }

  private mutating func read(endpoint text: String, isInsecure: Bool, _ section: ConfigSection) {
    let scheme = "http://"
    let isBare = transport == .grpc && isInsecure && !text.contains("://")
    guard text.hasPrefix(scheme) || isBare else {
      let orBare = transport == .grpc ? ", or host:port with insecure: true" : ""
      return section.problem(
        "endpoint",
        "expected http://host:port\(orBare), found \"\(text)\"; TLS is not in this build")
    }
    let rest = text.dropFirst(isBare ? 0 : scheme.count)
    let host = rest.prefix { $0 != "/" }
    let path = rest.dropFirst(host.count)
    if path.count > 1, transport == .http { self.path = String(path) }
    do {
      address = try SocketAddress(parsing: String(host))
    } catch {
      section.problem("endpoint", "\(error)")
    }
  }
}
