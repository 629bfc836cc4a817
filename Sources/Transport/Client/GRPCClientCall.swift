public import Bytes
public import GRPC
internal import HTTP2
public import HTTPTypes
internal import Queues

/// A unary call to make.
public struct GRPCRequest: Sendable {
  /// `/package.Service/Method`.
  public var path: String
  /// The user's fields.
  public var metadata: HTTPFields
  /// The message in slices, which are not copied; compressed already if `encoding` says so.
  public var message: [ByteSlice]
  /// How the message is compressed.
  public var encoding: GRPCEncoding

  /// A call of these parts.
  public init(
    path: String, metadata: HTTPFields = .init(), message: [ByteSlice],
    encoding: GRPCEncoding = .identity
  ) {
    self.path = path
    self.metadata = metadata
    self.message = message
    self.encoding = encoding
  }
}

/// What a server answered.
public struct GRPCResponse: Sendable {
  /// The outcome; any code, also OK.
  public let status: GRPCStatus
  /// The message, decompressed; empty when the status is not OK.
  public let message: ByteSlice
}

/// A call of a client on its way.
final class GRPCClientCall: HTTP2ClientStream {
  let head: HTTPRequestHead
  let body: [ByteSlice]
  let waitsForReady: Bool
  var isRetried = false
  var timer: ShardTimer?

  private let limit: Int
  private let decompressor: BodyDecompressor
  private var reader: GRPCMessageReader
  private var response: HTTPResponseHead?
  private var trailers: HTTPFields?
  private var failure: GRPCStatus?
  private var done: ((Result<GRPCResponse, TransportError>) -> Void)?

  init(
    head: HTTPRequestHead, body: [ByteSlice], settings: GRPCClientSettings,
    decompressor: BodyDecompressor,
    done: @escaping (Result<GRPCResponse, TransportError>) -> Void
  ) {
    self.head = head
    self.body = body
    waitsForReady = settings.waitsForReady
    limit = settings.maxResponseBytes
    reader = GRPCMessageReader(limit: settings.maxResponseBytes)
    self.decompressor = decompressor
    self.done = done
  }

  func receive(response: HTTPResponseHead) {
    self.response = response
  }

  func receive(trailers: HTTPFields) {
    self.trailers = trailers
  }

  func receive(body bytes: Span<UInt8>) {
    // The body of an answer that is not gRPC, such as a proxy's page, has no messages.
    guard failure == nil, response?.status == 200 else { return }
    do throws(GRPCStatus) {
      try reader.receive(bytes)
    } catch {
      failure = error
    }
  }

  func end(_ outcome: HTTP2StreamOutcome) {
    switch outcome {
    case .failed(let error): finish(.failure(error))
    case .closed(let code): finish(result(code))
    }
  }

  private func result(_ code: HTTP2ErrorCode) -> Result<GRPCResponse, TransportError> {
    guard let response else {
      return .failure(.connectionLost("the peer reset the stream with \(code)"))
    }
    if code != .noError, trailers == nil {
      return .failure(.connectionLost("the peer reset the stream with \(code)"))
    }
    let status = GRPCStatus(head: response, trailers: trailers)
    guard status.code == .ok else {
      return .success(GRPCResponse(status: status, message: .empty))
    }
    do throws(GRPCStatus) {
      if let failure { throw failure }
      let name = response.fields.first("grpc-encoding") ?? "identity"
      let message = try reader.finish()
      let encoding = GRPCEncoding(rawValue: name) ?? .identity
      let bytes = try decompressor.decompress(message, encoding, limit: limit)
      return .success(GRPCResponse(status: status, message: bytes))
    } catch {
      return .failure(
        error.code == .resourceExhausted
          ? .responseTooLarge(limit: limit) : .protocolError(error.message))
    }
  }

  func finish(_ result: Result<GRPCResponse, TransportError>) {
    timer?.cancel()
    timer = nil
    guard let done = done.take() else { return }
    done(result)
  }
}
