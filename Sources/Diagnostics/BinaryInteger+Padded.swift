extension BinaryInteger {
  /// The digits with zeroes before them, where there are fewer than `width`; for numbers from 0.
  public func padded(to width: Int, radix: Int = 10) -> String {
    let digits = String(self, radix: radix)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
  }
}
