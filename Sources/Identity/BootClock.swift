internal import Bytes
public import Diagnostics
internal import Glibc

/// Turns moments since boot into the world's time, by one distance that stays for the collector's run.
///
/// A step of the world's clock does not change what was told before: a process keeps its creation time.
public struct BootClock: Sendable {
  /// The clock of this run, measured once.
  public static let current = BootClock(bootUnixNanoseconds: BootClock.measure())

  /// When the system was booted, in nanoseconds since 1970.
  public let bootUnixNanoseconds: Int64

  /// A clock of a system that was booted then.
  public init(bootUnixNanoseconds: Int64) {
    self.bootUnixNanoseconds = bootUnixNanoseconds
  }

  /// The present moment in nanoseconds since boot, suspended time included (`CLOCK_BOOTTIME`).
  public static var nanosecondsSinceBoot: UInt64 { UInt64(clamping: read(CLOCK_BOOTTIME)) }

  /// The moment that is so many nanoseconds after boot, in nanoseconds since 1970.
  public func unixNanoseconds(sinceBoot nanoseconds: UInt64) -> UInt64 {
    let (sum, overflow) = bootUnixNanoseconds.addingReportingOverflow(
      Int64(clamping: nanoseconds))
    return overflow ? UInt64(Int64.max) : UInt64(clamping: sum)
  }

  /// When a process was created, to the 10 ms of its key.
  ///
  /// The rounding makes it likely that another run of the collector tells the same time.
  public func creationTime(of key: ProcessKey) -> WallTime {
    let centiseconds = (bootUnixNanoseconds + 5_000_000) / 10_000_000
    let (ticks, overflow) = centiseconds.addingReportingOverflow(Int64(clamping: key.startTicks))
    // The year 9999 is as far as the text goes.
    let last: Int64 = 25_340_230_079_999
    return WallTime(milliseconds: overflow || ticks > last ? last * 10 : ticks * 10)
  }

  /// The time of creation as text, RFC 3339 in UTC with milliseconds.
  public func creationText(of key: ProcessKey) -> String { creationTime(of: key).text }

  /// The distance between the clocks, from the quickest of some readings.
  private static func measure() -> Int64 {
    var best: (gap: Int64, offset: Int64) = (.max, 0)
    for _ in 0..<8 {
      let before = read(CLOCK_BOOTTIME)
      let wall = read(CLOCK_REALTIME)
      let after = read(CLOCK_BOOTTIME)
      if after - before < best.gap { best = (after - before, wall - (before + after) / 2) }
    }
    return best.offset
  }

  private static func read(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    // The pointer is valid for the call.
    unsafe clock_gettime(clock, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
