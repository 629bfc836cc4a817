public import HTTP1
public import HTTP2

/// How an HTTP server treats its connections.
public struct HTTPServerSettings: Sendable {
  /// Whether HTTP/1.1 requests are served.
  public var servesHTTP1 = true
  /// Whether HTTP/2 with prior knowledge is served on the same port, told apart by its preface.
  public var servesHTTP2 = true
  /// From a request's first byte, or the connection's start, to the end of its head; nil for no limit.
  public var readHeaderTimeout: Duration? = .seconds(60)
  /// From a request's first byte to the end of its body; nil for no limit.
  public var readTimeout: Duration?
  /// How long a response may wait without a byte being taken by the peer; nil for no limit.
  public var writeTimeout: Duration? = .seconds(30)
  /// How long a connection may stay open between requests; nil for no limit.
  public var idleTimeout: Duration? = .seconds(60)
  /// The connections that may be open at a time; more are closed at once.
  public var maxConnections = Int.max
  /// Whether HTTP/1.1 connections serve more than one request.
  public var keepsAlive = true
  /// The sizes of HTTP/1.1 heads.
  public var http1Limits = HTTP1Limits()
  /// Windows and limits of HTTP/2 connections.
  public var http2 = HTTP2Settings()
  /// Ages and pings of HTTP/2 connections.
  public var keepalive = ServerKeepalive()

  /// The defaults.
  public init() {}
}
