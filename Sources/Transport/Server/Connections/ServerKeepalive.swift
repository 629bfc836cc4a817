/// When a server looks after its HTTP/2 connections, as gRPC's `server_parameters` name it.
public struct ServerKeepalive: Sendable {
  /// A connection without requests for so long is drained; nil for never.
  public var maxConnectionIdle: Duration?
  /// A connection of this age is drained; nil for never.
  public var maxConnectionAge: Duration?
  /// How long a drained connection may finish its requests before it is cut; nil for as long as it takes.
  public var maxConnectionAgeGrace: Duration?
  /// A connection silent for so long is sent a ping; nil for never.
  public var time: Duration? = .seconds(7200)
  /// A connection silent for so long after a ping is cut.
  public var timeout: Duration = .seconds(20)

  /// The defaults of gRPC servers.
  public init() {}
}
