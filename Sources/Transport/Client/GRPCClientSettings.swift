/// How a gRPC client treats its target and calls.
public struct GRPCClientSettings: Sendable {
  /// The `:authority` of requests; nil for the target itself.
  public var authority: String?
  /// The `user-agent` of requests.
  public var userAgent = "swiftlet"
  /// Whether calls wait, up to their timeout, while the target cannot be connected to.
  public var waitsForReady = false
  /// The largest response message, in bytes, on the wire and when decompressed.
  public var maxResponseBytes = 4 << 20
  /// The connections.
  public var pool = ConnectionPoolSettings()

  /// The defaults of gRPC clients.
  public init() {}
}
