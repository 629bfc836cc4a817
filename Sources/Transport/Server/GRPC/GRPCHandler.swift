public import Bytes

/// What answers unary gRPC calls.
public protocol GRPCHandler: AnyObject, Sendable {
  /// Whether there is a method at `path` (`/package.Service/Method`); called on a shard.
  func handles(path: String) -> Bool

  /// Called on the connection's shard before the message is read.
  ///
  /// May `fail` the call at once, and is the place to set `admit` and `onCancel`.
  func begin(_ call: GRPCServerCall)

  /// Called on the connection's shard with the whole message, decompressed.
  ///
  /// Answer with `respond` or `fail`, now or at any later time on the shard.
  func receive(_ call: GRPCServerCall, message: ByteSlice)
}
