/// The `grpc-timeout` field: at most eight digits and a unit.
public enum GRPCTimeout {
  private static let units: [(letter: UInt8, nanoseconds: Int64)] = [
    (0x6E, 1),  // n
    (0x75, 1000),  // u
    (0x6D, 1_000_000),  // m
    (0x53, 1_000_000_000),  // S
    (0x4D, 60_000_000_000),  // M
    (0x48, 3_600_000_000_000),  // H
  ]

  /// The duration that `text` means; nil if it is malformed.
  public static func parse(_ text: String) -> Duration? {
    let bytes = Array(text.utf8)
    guard bytes.count >= 2, bytes.count <= 9, let letter = bytes.last,
      let unit = units.first(where: { $0.letter == letter })
    else { return nil }
    var count: Int64 = 0
    for byte in bytes.dropLast() {
      guard byte >= 0x30, byte <= 0x39 else { return nil }
      count = count * 10 + Int64(byte - 0x30)
    }
    // 99,999,999 hours are past what 64 bits of nanoseconds hold, so seconds are used.
    if unit.nanoseconds >= 1_000_000_000 {
      return .seconds(count * (unit.nanoseconds / 1_000_000_000))
    }
    return .nanoseconds(count * unit.nanoseconds)
  }

  /// The field for `duration`, in the finest unit in which it fits, rounded up.
  ///
  /// Durations below zero become `0n`.
  public static func format(_ duration: Duration) -> String {
    let (seconds, attoseconds) = duration.components
    guard seconds >= 0, attoseconds >= 0 else { return "0n" }
    let fraction = (attoseconds + 999_999_999) / 1_000_000_000
    for unit in units {
      let count: Int64
      if unit.nanoseconds < 1_000_000_000 {
        guard seconds < 100_000_000 else { continue }
        count =
          seconds * (1_000_000_000 / unit.nanoseconds)
          + (fraction + unit.nanoseconds - 1) / unit.nanoseconds
      } else {
        let width = unit.nanoseconds / 1_000_000_000
        let whole = seconds.addingReportingOverflow(fraction > 0 ? 1 : 0).partialValue
        guard whole >= 0 else { continue }
        count = whole / width + (whole % width > 0 ? 1 : 0)
      }
      if count < 100_000_000, let letter = UnicodeScalar(Int(unit.letter)) {
        return "\(count)\(Character(letter))"
      }
    }
    return "99999999H"
  }
}
