internal import Configuration
internal import Sockets

/// The options of the `otlp` receiver; a protocol that is absent is off.
struct OTLPReceiverConfig: ConfigDecodable {
  /// OTLP/gRPC.
  var grpc: OTLPGRPCServerConfig?
  /// OTLP/HTTP.
  var http: OTLPHTTPServerConfig?

  init(grpc: OTLPGRPCServerConfig?, http: OTLPHTTPServerConfig?) {
    self.grpc = grpc
    self.http = http
  }

  init(from section: ConfigSection) {
    if let protocols = section.section("protocols") {
      grpc = protocols.section("grpc").map(OTLPGRPCServerConfig.init)
      http = protocols.section("http").map(OTLPHTTPServerConfig.init)
      protocols.finish()
    }
    if grpc == nil, http == nil {
      section.problem(
        "protocols", "must name at least one protocol, grpc or http, such as protocols: {grpc: }")
    }
    section.finish()
  }
}

/// The options that both protocols have in common.
enum OTLPListenOptions {
  /// What a request may hold by default: OTLP recommends 64 MiB (specification, "Request size limits").
  static let defaultRequestLimit = 64 << 20

  /// Reads `endpoint` and `transport`.
  static func address(_ section: ConfigSection, default fallback: String) -> SocketAddress {
    let transport = section.choice("transport", default: NetworkTransport.tcp)
    let text = section.string("endpoint") ?? fallback
    do {
      let isPath = transport == .unix && !text.hasPrefix("unix:")
      return try SocketAddress(parsing: isPath ? "unix:\(text)" : text)
    } catch {
      section.problem("endpoint", "\(error)")
      return .tcp(host: "localhost", port: 0)
    }
  }
}

/// What carries a connection.
enum NetworkTransport: String, CaseIterable {
  case tcp
  case tcp4
  case tcp6
  case unix
}
