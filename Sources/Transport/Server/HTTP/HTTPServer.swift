public import Diagnostics
public import Dispatch
internal import HTTP2
internal import HTTPTypes
public import Queues
public import Sockets

/// Serves HTTP/1.1 and HTTP/2 on one port.
///
/// May be used from any thread. The handler is called on the connections' shards.
public final class HTTPServer: Sendable {
  private let server: ConnectionServer

  /// A server that does not listen yet.
  public init(
    settings: HTTPServerSettings = .init(), handler: any HTTPHandler, shards: Shards,
    log: Log = .discarding, metrics: MetricsScope = MetricsScope(MetricsRegistry())
  ) {
    server = ConnectionServer(
      shards: shards, maxConnections: settings.maxConnections, log: log, metrics: metrics,
      durations: .httpServer(metrics)
    ) { connection, book in
      // The book keeps the detector, and after it the connection of the protocol it found.
      let http1: ProtocolDetector.Make = { stream in
        HTTP1ServerConnection(stream, book: book, settings: settings, handler: handler)
      }
      let http2: ProtocolDetector.Make = { stream in
        HTTP2ServerConnection(
          stream, book: book, settings: settings, opener: ExchangeOpener(handler: handler))
      }
      _ = ProtocolDetector(
        connection, book: book, settings: settings,
        makeHTTP1: settings.servesHTTP1 ? http1 : nil,
        makeHTTP2: settings.servesHTTP2 ? http2 : nil)
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

  /// Stops listening, lets running requests finish until `deadline`, then cuts what is left.
  ///
  /// `done` runs once when no connection is open. Safe without `start`, and more than once.
  public func stop(by deadline: DispatchTime, _ done: @escaping @Sendable () -> Void) {
    server.stop(by: deadline, done)
  }
}

/// Turns HTTP/2 requests into exchanges.
private struct ExchangeOpener: HTTP2StreamOpener {
  let handler: any HTTPHandler

  func open(
    _ head: HTTPRequestHead, _ stream: HTTP2StreamID, isEnd: Bool, on owner: HTTP2ServerConnection
  ) {
    let declared = isEnd ? 0 : head.fields.first("content-length").flatMap { Int($0) }
    let exchange = HTTPExchange(
      head: head, declaredBodyLength: declared, stream: stream, peer: owner.stream.peer,
      shard: owner.stream.shard, owner: owner, durations: owner.book.durations)
    owner.insert(exchange, as: stream)
    handler.handle(exchange)
  }
}
