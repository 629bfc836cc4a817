extension UInt64 {
  /// How many hexadecimal digits the number has, one at least.
  var hexadecimalDigitCount: Int {
    @inline(__always)
    get { (63 - (self | 1).leadingZeroBitCount) / 4 + 1 }
  }
}
