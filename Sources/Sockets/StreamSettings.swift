/// The sizes by which a connection is run.
public struct StreamSettings: Sendable {
  /// Above so many queued bytes a connection is congested.
  public var highWater: Int
  /// At so many queued bytes it is congested no longer.
  public var lowWater: Int

  /// Settings with these marks, in bytes.
  public init(highWater: Int = 256 * 1024, lowWater: Int = 64 * 1024) {
    self.highWater = highWater
    self.lowWater = lowWater
  }
}
