public import Diagnostics
public import Dispatch
internal import GRPC
internal import HTTP2
internal import HTTPTypes
public import Queues
public import Sockets

/// Serves unary gRPC calls over HTTP/2.
///
/// May be used from any thread. The handler is called on the connections' shards.
public final class GRPCServer: Sendable {
  private let server: ConnectionServer

  /// A server that does not listen yet.
  public init(
    settings: GRPCServerSettings = .init(), handler: any GRPCHandler, shards: Shards,
    log: Log = .discarding, metrics: MetricsScope = MetricsScope(MetricsRegistry())
  ) {
    let http = settings.http
    let limit = settings.maxReceiveMessageBytes
    server = ConnectionServer(
      shards: shards, maxConnections: settings.maxConnections, log: log, metrics: metrics,
      durations: .rpcServer(metrics)
    ) { connection, book in
      let opener = CallOpener(handler: handler, limit: limit, decompressor: book.decompressor)
      // The book keeps the detector, and after it the connection.
      _ = ProtocolDetector(
        connection, book: book, settings: http,
        makeHTTP2: { stream in
          HTTP2ServerConnection(stream, book: book, settings: http, opener: opener)
        })
    }
  }

  /// Where the server listens, with the port that the system chose; nil before `start`.
  public var boundAddress: SocketAddress? { server.boundAddress }

  /// Listens on `address`; blocks while a host name is looked up.
  ///
  /// - Throws: why the address cannot be used, in words.
  public func start(on address: SocketAddress) throws(ListenError) {
    try server.start(on: address)
  }

  /// Stops listening, lets running calls finish until `deadline`, then cuts what is left.
  ///
  /// `done` runs once when no connection is open. Safe without `start`, and more than once.
  public func stop(by deadline: DispatchTime, _ done: @escaping @Sendable () -> Void) {
    server.stop(by: deadline, done)
  }
}

/// Turns HTTP/2 requests into calls.
private struct CallOpener: HTTP2StreamOpener {
  let handler: any GRPCHandler
  let limit: Int
  let decompressor: BodyDecompressor

  func open(
    _ head: HTTPRequestHead, _ stream: HTTP2StreamID, isEnd: Bool, on owner: HTTP2ServerConnection
  ) {
    do throws(GRPCRefusal) {
      let request = try GRPCCall(head)
      guard handler.handles(path: request.path) else {
        throw .status(GRPCStatus(.unimplemented, "unknown method \(request.path.prefix(256))"))
      }
      let call = GRPCServerCall(
        request, metadata: head.fields, stream: stream, limit: limit, handler: handler,
        decompressor: decompressor, owner: owner)
      owner.insert(call, as: stream)
      handler.begin(call)
    } catch {
      owner.respond(on: stream, error.responseHead, body: [], trailers: nil)
    }
  }
}
