/// How repeated lines are thinned out.
public struct LogSampling: Sendable, Hashable {
  /// The time after which counting begins anew.
  public let tick: Duration
  /// The lines of one level and message that are written in each tick without question.
  public let initial: Int
  /// Of the lines after those, every how-manieth is written; 0 for none.
  public let thereafter: Int

  /// Sampling by these numbers; the defaults are the reference collector's.
  public init(tick: Duration = .seconds(10), initial: Int = 10, thereafter: Int = 100) {
    self.tick = tick
    self.initial = initial
    self.thereafter = thereafter
  }
}
