internal import Bytes
internal import Compression
internal import Components
internal import Configuration
internal import ExporterSupport
internal import GRPC
internal import HTTPTypes
internal import OTLP
internal import Queues
internal import Telemetry
internal import Transport

/// Sends batches to a backend over OTLP/gRPC.
///
/// Confined to its shard.
final class OTLPGRPCSender: BatchSender {
  private let client: GRPCClient
  private let encoder: BodyEncoder
  private let encoding: GRPCEncoding
  private let metadata: HTTPFields
  /// What an attempt may take where the user sets no timeout.
  private static let longestAttempt = Duration.seconds(3600)

  init(_ config: OTLPGRPCExporterConfig, _ settings: ComponentSettings, on shard: Shard) {
    var client = GRPCClientSettings()
    client.authority = config.authority
    client.userAgent = config.userAgent ?? "swiftlet/\(settings.version)"
    client.pool.connectionCount = config.connectionCount
    client.pool.keepaliveTime = config.keepAliveTime
    client.pool.keepaliveTimeout = config.keepAliveTimeout
    // A backend that comes back is noticed soon: what waits for it is held in memory.
    client.pool.maximumBackoff = .seconds(5)
    self.client = GRPCClient(
      to: config.address, settings: client, shard: shard, metrics: settings.metrics)
    encoder = BodyEncoder(.protobuf, config.codec, shard: shard)
    encoding = config.codec?.grpcEncoding ?? .identity
    var metadata = HTTPFields()
    for (name, value) in config.headers { metadata.append(name, value.revealed) }
    self.metadata = metadata
  }

  func send(
    _ batch: TelemetryBatch, timeout: Duration, _ done: @escaping (SendOutcome) -> Void
  ) {
    let signal = batch.signal
    let limit = timeout > .zero ? timeout : OTLPGRPCSender.longestAttempt
    encoder.encode(batch.payload, signal) { [self] body in
      switch body {
      case .failure(let error): done(SendOutcome(error))
      case .success(let message):
        let request = GRPCRequest(
          path: signal.grpcPath, metadata: metadata, message: message, encoding: encoding)
        client.call(request, timeout: limit) { result in
          switch result {
          case .success(let response):
            done(
              SendOutcome(
                ExportOutcome(response.status, response: response.message.span, for: signal)))
          case .failure(let error): done(SendOutcome(error))
          }
        }
      }
    }
  }

  func close(_ done: @escaping () -> Void) {
    client.stop()
    done()
  }
}

extension CompressionCodec {
  /// What gRPC calls the codec.
  fileprivate var grpcEncoding: GRPCEncoding {
    switch self {
    case .gzip: .gzip
    case .deflate, .zlib: .deflate
    case .zstd: .zstd
    case .snappy, .snappyFramed: .snappy
    case .lz4: .identity
    }
  }
}
