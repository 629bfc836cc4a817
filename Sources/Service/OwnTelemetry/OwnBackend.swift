internal import Bytes
internal import Configuration
internal import Glibc
internal import GRPC
internal import HTTPTypes
internal import OTLP
internal import Queues
internal import Telemetry
internal import Transport

/// Sends the collector's own telemetry to its backend.
///
/// Confined to its shard.
final class OwnBackend {
  private let config: OwnBackendConfig
  private let signal: Signal
  private let http: HTTPClient?
  private let grpc: GRPCClient?
  private let fields: HTTPFields

  /// A client that is not connected yet.
  init(_ config: OwnBackendConfig, _ signal: Signal, on shard: Shard) {
    self.config = config
    self.signal = signal
    let userAgent = "swiftlet/\(Version.number)"
    var fields = HTTPFields()
    switch config.transport {
    case .http:
      http = HTTPClient(to: config.address, shard: shard)
      grpc = nil
      fields.append("content-type", OTLPEncoding.protobuf.contentType)
      fields.append("user-agent", userAgent)
      if config.isCompressed { fields.append("content-encoding", "gzip") }
    case .grpc:
      var settings = GRPCClientSettings()
      settings.userAgent = userAgent
      http = nil
      grpc = GRPCClient(to: config.address, settings: settings, shard: shard)
    }
    for (name, value) in config.headers { fields.append(name.lowercased(), value.revealed) }
    self.fields = fields
  }

  /// Sends a request whose body is compressed already where the configuration asks for that.
  ///
  /// `done` is called once, on the shard.
  func send(
    _ body: ByteSlice, timeout: Duration, _ done: @escaping (ExportOutcome) -> Void
  ) {
    let signal = signal
    if let http {
      let head = HTTPRequestHead(method: "POST", target: config.path, authority: "", fields: fields)
      http.call(HTTPClientRequest(head: head, body: [body]), timeout: timeout) { result in
        switch result {
        case .success(let response):
          done(
            ExportOutcome(
              response.head, body: response.body.span, for: signal, now: Int64(time(nil))))
        case .failure(let error): done(.failed(.retryable("\(error)", after: nil)))
        }
      }
    } else if let grpc {
      let request = GRPCRequest(
        path: config.path, metadata: fields, message: [body],
        encoding: config.isCompressed ? .gzip : .identity)
      grpc.call(request, timeout: timeout) { result in
        switch result {
        case .success(let response):
          done(ExportOutcome(response.status, response: response.message.span, for: signal))
        case .failure(let error): done(.failed(.retryable("\(error)", after: nil)))
        }
      }
    }
  }

  /// Closes the connections.
  func stop() {
    http?.stop()
    grpc?.stop()
  }
}
