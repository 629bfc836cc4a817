/// How a client makes and keeps its HTTP/2 connections.
public struct ConnectionPoolSettings: Sendable {
  /// The most connections to the target.
  public var connectionCount = 1
  /// How long one attempt to connect may take, the look-up of the name included.
  public var connectTimeout: Duration = .seconds(20)
  /// The wait after the first failed attempt; each further one is 1.6 times as long.
  public var initialBackoff: Duration = .seconds(1)
  /// The longest wait between attempts.
  public var maximumBackoff: Duration = .seconds(120)
  /// The requests that are under way on one connection, below the peer's own limit.
  public var maxConcurrentStreams = 100
  /// A connection silent for so long is sent a ping; nil for never.
  public var keepaliveTime: Duration?
  /// A connection silent for so long after a ping is given up.
  public var keepaliveTimeout: Duration = .seconds(20)
  /// Whether connections without requests are sent pings too.
  public var permitsPingsWithoutStream = false

  /// The defaults of gRPC clients.
  public init() {}
}
