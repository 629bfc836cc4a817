/// What one side of a connection tells its peer and how much it takes from it.
public struct HTTP2Settings: Sendable {
  /// How many streams the peer may have open at once.
  public var maxConcurrentStreams = 1024
  /// How many bytes of a stream's body may be on their way to this side.
  public var initialStreamWindow = 1 << 20
  /// How many bytes of all bodies may be on their way to this side.
  public var connectionWindow = 4 << 20
  /// The largest frame that the peer may send, in bytes; 16,384 to 16,777,215.
  ///
  /// Frames are not held back until they are complete, so large ones cost no memory.
  public var maxFrameSize = 1 << 20
  /// The largest list of header or trailer fields, counted as RFC 9113 section 6.5.2 does.
  public var maxHeaderListBytes = 64 << 10
  /// The largest number of header or trailer fields.
  public var maxHeaderCount = 256
  /// How many more streams may fail through the peer than complete before it is sent away.
  public var failedStreamAllowance = 500
  /// How many answers to PING and SETTINGS may wait for a peer that does not read.
  public var maxPendingAcknowledgements = 1000
  /// How many frames may wait for a peer that does not read, all kinds together.
  public var maxPendingFrames = 20_000

  /// The defaults.
  public init() {}
}
