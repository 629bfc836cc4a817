internal import Bytes
internal import Compression
internal import Dispatch
internal import OTLP
internal import Queues
internal import Telemetry

/// Turns payloads into request bodies: encoded as the backend wants them, then compressed.
///
/// Large bodies are worked on away from the shard, which goes on receiving meanwhile.
final class BodyEncoder: Sendable {
  /// What a body of this size costs the shard to compress, about 0.3 ms, is worth a change of queue.
  private static let inlineByteCount = 16 * 1024

  /// The most bytes of a request before compression (OTLP, "Request size limits").
  private static let maximumByteCount = 64 << 20

  private final class Working {
    var compressor = Compressor()
  }

  private let encoding: OTLPEncoding
  private let codec: CompressionCodec?
  private let level: Int?
  private let shard: Shard
  private let onShard: ShardBound<Working>
  private let elsewhere: QueueBound<Working>

  init(_ encoding: OTLPEncoding, _ codec: CompressionCodec?, level: Int? = nil, shard: Shard) {
    self.encoding = encoding
    self.codec = codec
    self.level = level
    self.shard = shard
    onShard = ShardBound(Working(), to: shard)
    elsewhere = QueueBound(Working(), to: DispatchQueue(label: "swiftlet.encode"))
  }

  /// Hands the body of a request with this payload to `done`, on the shard, at once or later.
  func encode(
    _ payload: Payload, _ signal: Signal,
    _ done: @escaping (Result<[ByteSlice], BodyError>) -> Void
  ) {
    guard payload.byteCount <= BodyEncoder.maximumByteCount else {
      return done(.failure(.tooLarge(limit: BodyEncoder.maximumByteCount)))
    }
    if encoding == .protobuf, codec == nil { return done(.success(payload.pieces)) }
    if payload.byteCount <= BodyEncoder.inlineByteCount {
      return done(work(payload, signal, onShard.value))
    }
    let waiting = ShardBound(confined: done, to: shard)
    elsewhere.queue.async { [self] in
      let body = work(payload, signal, elsewhere.value)
      shard.post { waiting.value(body) }
    }
  }

  private func work(
    _ payload: Payload, _ signal: Signal, _ working: Working
  ) -> Result<[ByteSlice], BodyError> {
    var body = payload.pieces
    if encoding == .json {
      var text = ByteBuffer(minimumCapacity: payload.byteCount * 2)
      do {
        try JSONRequestEncoder.encode(payload, as: signal, into: &text)
      } catch {
        return .failure(.unwritable("cannot be written as JSON: \(error)"))
      }
      guard text.count <= BodyEncoder.maximumByteCount else {
        return .failure(.tooLarge(limit: BodyEncoder.maximumByteCount))
      }
      body = [text.takeSlice()]
    }
    guard let codec else { return .success(body) }
    do {
      return .success([try working.compressor.compress(body, codec, level: level)])
    } catch {
      return .failure(.unwritable("cannot be compressed: \(error)"))
    }
  }
}

/// Why a payload has no body.
enum BodyError: Error {
  /// It would have more bytes than a request may have.
  case tooLarge(limit: Int)
  /// The reason, as the end of a sentence.
  case unwritable(String)
}
