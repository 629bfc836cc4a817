internal import Bytes
internal import Compression

/// Compresses requests of own telemetry where their backend's configuration asks for that.
final class OwnBody {
  private let isCompressed: Bool
  private var compressor = Compressor()

  init(_ config: OwnBackendConfig) {
    isCompressed = config.isCompressed
  }

  /// The bytes as they are sent.
  func made(of request: ByteSlice) -> ByteSlice {
    guard isCompressed else { return request }
    // Compressing bytes of this size does not fail; were it to, an empty request does no harm.
    return (try? compressor.compress([request], .gzip)) ?? .empty
  }
}
