/// When a sample was taken and when counting began, in nanoseconds since 1970; 0 where not written.
public struct SampleTimes: Sendable, Equatable {
  /// When the sample was taken.
  public var timestamp: UInt64
  /// When counting began.
  public var created: UInt64

  /// Times of a sample.
  public init(timestamp: UInt64 = 0, created: UInt64 = 0) {
    self.timestamp = timestamp
    self.created = created
  }
}
