public import Bytes

/// One message as it was on the wire, behind its prefix.
public struct GRPCMessage: Sendable, Equatable {
  /// The bytes, compressed if `isCompressed`.
  public var bytes: ByteSlice
  /// Whether the bytes are compressed in the way that `grpc-encoding` names.
  public var isCompressed: Bool

  /// A message of these parts.
  public init(bytes: ByteSlice, isCompressed: Bool) {
    self.bytes = bytes
    self.isCompressed = isCompressed
  }
}
