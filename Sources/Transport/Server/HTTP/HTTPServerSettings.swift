internal import HTTP1
internal import HTTP2

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
  /// How long a connection may be silent between requests or within a body; nil for no limit.
  public var idleTimeout: Duration? = .seconds(60)
  /// The connections that may be open at a time; more are closed at once.
  public var maxConnections = Int.max
  /// Whether HTTP/1.1 connections serve more than one request.
  public var keepsAlive = true
  /// The largest head of a request, in bytes of its fields; 431 beyond.
  public var maxHeaderBytes = 64 << 10
  /// The requests that an HTTP/2 connection may have open at a time.
  public var maxConcurrentStreams = 1024
  /// Ages and pings of HTTP/2 connections.
  public var keepalive = ServerKeepalive()
  /// How often an HTTP/2 client may ping; nil for as often as it likes within the engine's limits.
  public var pingPolicy: PingPolicy?

  /// The defaults.
  public init() {}

  var http1Limits: HTTP1Limits {
    var limits = HTTP1Limits()
    limits.fieldBytes = maxHeaderBytes
    return limits
  }

  var http2: HTTP2Settings {
    var settings = HTTP2Settings()
    settings.maxConcurrentStreams = maxConcurrentStreams
    settings.maxHeaderListBytes = maxHeaderBytes
    return settings
  }
}
