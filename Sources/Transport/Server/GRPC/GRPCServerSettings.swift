internal import HTTP2

/// How a gRPC server treats its connections and calls.
public struct GRPCServerSettings: Sendable {
  /// The largest message that is received, in bytes, on the wire and when decompressed.
  public var maxReceiveMessageBytes = 4 << 20
  /// The connections that may be open at a time; more are closed at once.
  public var maxConnections = Int.max
  /// How long a new connection may take to speak; nil for no limit.
  public var handshakeTimeout: Duration? = .seconds(20)
  /// How long a response may wait without a byte being taken by the peer; nil for no limit.
  public var writeTimeout: Duration? = .seconds(30)
  /// How long a connection may be silent within a request; nil for no limit.
  public var readTimeout: Duration? = .seconds(120)
  /// The calls that a connection may have open at a time.
  public var maxConcurrentStreams = 1024
  /// Ages and pings (`server_parameters`).
  public var keepalive = ServerKeepalive()
  /// How often a client may ping (`enforcement_policy`).
  public var pingPolicy = PingPolicy()

  /// The defaults of gRPC servers.
  public init() {}

  var http: HTTPServerSettings {
    var settings = HTTPServerSettings()
    settings.servesHTTP1 = false
    settings.readHeaderTimeout = handshakeTimeout
    settings.readTimeout = readTimeout
    settings.writeTimeout = writeTimeout
    settings.idleTimeout = nil
    settings.maxConnections = maxConnections
    settings.maxConcurrentStreams = maxConcurrentStreams
    settings.keepalive = keepalive
    settings.pingPolicy = pingPolicy
    return settings
  }
}
