internal import Bytes
internal import Compression
internal import Components
internal import Configuration
internal import ExporterSupport
internal import Glibc
internal import HTTPTypes
internal import OTLP
internal import Queues
internal import Sockets
internal import Telemetry
internal import Transport

/// Sends batches to a backend over OTLP/HTTP.
///
/// Confined to its shard.
final class OTLPHTTPSender: BatchSender {
  /// What an attempt may take where the user sets no timeout.
  private static let longestAttempt = Duration.seconds(3600)

  private let endpoints: [Signal: HTTPEndpoint]
  private let clients: [SocketAddress: HTTPClient]
  private let encoder: BodyEncoder
  private let fields: HTTPFields

  init(_ config: OTLPHTTPExporterConfig, _ settings: ComponentSettings, on shard: Shard) {
    endpoints = config.endpoints.mapValues { endpoint in
      var endpoint = endpoint
      if let host = config.host { endpoint.authority = host }
      return endpoint
    }
    var client = HTTPClientSettings()
    client.maxIdleConnections = config.keepsAlive ? config.maxIdleConnections : 0
    if let maxConnections = config.maxConnections { client.maxConnections = maxConnections }
    client.idleTimeout = config.idleTimeout ?? .seconds(365 * 86400)
    let addresses = Set(config.endpoints.values.map(\.address))
    clients = Dictionary(
      uniqueKeysWithValues: addresses.map {
        ($0, HTTPClient(to: $0, settings: client, shard: shard, metrics: settings.metrics))
      })
    let encoding: OTLPEncoding = config.encoding == .json ? .json : .protobuf
    encoder = BodyEncoder(encoding, config.codec, level: config.compressionLevel, shard: shard)
    var fields = HTTPFields()
    fields.append("content-type", encoding.contentType)
    if !config.headers.contains(where: { $0.name.lowercased() == "user-agent" }) {
      fields.append("user-agent", "swiftlet/\(settings.version)")
    }
    if let codec = config.codec { fields.append("content-encoding", codec.rawValue) }
    for (name, value) in config.headers { fields.append(name, value.revealed) }
    self.fields = fields
  }

  func send(
    _ batch: TelemetryBatch, timeout: Duration, _ done: @escaping (SendOutcome) -> Void
  ) {
    let signal = batch.signal
    guard let endpoint = endpoints[signal], let client = clients[endpoint.address] else {
      return done(.failed(.permanent("the exporter has no endpoint for \(signal)")))
    }
    let limit = timeout > .zero ? timeout : OTLPHTTPSender.longestAttempt
    encoder.encode(batch.payload, signal) { [fields] body in
      switch body {
      case .failure(let error): done(SendOutcome(error))
      case .success(let body):
        let head = HTTPRequestHead(
          method: "POST", target: endpoint.target, authority: endpoint.authority, fields: fields)
        client.call(HTTPClientRequest(head: head, body: body), timeout: limit) { result in
          switch result {
          case .success(let response):
            done(
              SendOutcome(
                ExportOutcome(
                  response.head, body: response.body.span, for: signal, now: Int64(time(nil)))))
          case .failure(let error): done(SendOutcome(error))
          }
        }
      }
    }
  }

  func close(_ done: @escaping () -> Void) {
    for client in clients.values { client.stop() }
    done()
  }
}
