/// Varints of at most eight bytes as one word, without a loop over their bytes.
public enum VarintWord {
  // Inlinable, as all here: a dozen instructions for each number of a record.
  /// Seven bits of a number below 2^56 in each byte, the lowest ones in the lowest byte, without the marks that further bytes follow.
  @inlinable @inline(__always)
  public static func spread(_ value: UInt64) -> UInt64 {
    let halves = value & 0xfff_ffff | (value & 0xff_ffff_f000_0000) << 4
    let quarters = halves & 0x3fff_0000_3fff | (halves & 0xfff_c000_0fff_c000) << 2
    return quarters & 0x7f_007f_007f_007f | (quarters & 0x3f80_3f80_3f80_3f80) << 1
  }

  // Inlinable: see spread.
  /// The bits that `spread` gives numbers of `byteCount` bytes, 1 to 8.
  @inlinable @inline(__always)
  public static func bits(byteCount: Int) -> UInt64 {
    0x7f7f_7f7f_7f7f_7f7f >> UInt64(64 - 8 * byteCount)
  }
}
