/// How an HTTP client treats its target and connections.
public struct HTTPClientSettings: Sendable {
  /// The `host` of requests that name none; nil for the target itself.
  public var authority: String?
  /// Whether to speak HTTP/2 with prior knowledge instead of HTTP/1.1.
  public var usesHTTP2 = false
  /// The connections that may be open at a time; further requests wait for one.
  public var maxConnections = 64
  /// The connections that may stay open without a request.
  public var maxIdleConnections = 16
  /// How long a connection may stay open without a request.
  public var idleTimeout: Duration = .seconds(90)
  /// How long one attempt to connect may take, the look-up of the name included.
  public var connectTimeout: Duration = .seconds(20)
  /// The largest body of a response, in bytes.
  public var maxResponseBytes = 4 << 20
  /// The connections where HTTP/2 is spoken.
  public var pool = ConnectionPoolSettings()

  /// The defaults.
  public init() {}
}
