/// What tells one process from every other since boot: its number, and when it started.
///
/// The kernel counts the start in nanoseconds, /proc/PID/stat in ticks of 10 ms: both give the same key.
public struct ProcessKey: Sendable {
  /// The nanoseconds of one tick: USER_HZ is 100 on every architecture that is supported.
  public static let nanosecondsPerTick: UInt64 = 10_000_000

  /// The number of the thread group.
  public let pid: UInt32
  /// When the leader started, in ticks since boot.
  public let startTicks: UInt64

  /// The key of process `pid` whose start is given as in /proc/PID/stat.
  public init(pid: UInt32, startTicks: UInt64) {
    self.pid = pid
    self.startTicks = startTicks
  }

  /// The key of process `pid` whose leader's `start_boottime` is given.
  public init(pid: UInt32, startNanoseconds: UInt64) {
    // The kernel rounds down too (nsec_to_clock_t).
    self.init(pid: pid, startTicks: startNanoseconds / ProcessKey.nanosecondsPerTick)
  }
}

extension ProcessKey: Hashable {
  /// Whether both are keys of the same process.
  public static func == (left: ProcessKey, right: ProcessKey) -> Bool {
    left.pid == right.pid && left.startTicks == right.startTicks
  }

  /// Hashes the number and the low bits of the start as one word.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(UInt64(pid) << 32 ^ startTicks)
  }
}

extension ProcessKey: CustomStringConvertible {
  /// The number and the ticks, such as `4711@123456`.
  public var description: String { "\(pid)@\(startTicks)" }
}
