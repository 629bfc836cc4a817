extension Span where Element == UInt8 {
  /// The bytes with each `mark` and two hexadecimal digits replaced by the byte that they stand for.
  ///
  /// A mark without digits behind it stays as it is.
  public func decodingEscapes(after mark: StaticString) -> [UInt8] {
    var decoded: [UInt8] = []
    decoded.reserveCapacity(count)
    var index = 0
    while index < count {
      let digits = index + mark.utf8CodeUnitCount
      if digits + 2 <= count, extracting(index..<digits).isEqual(to: mark),
        let high = HexDigits.value(of: self[digits]),
        let low = HexDigits.value(of: self[digits + 1])
      {
        decoded.append(high << 4 | low)
        index = digits + 2
      } else {
        decoded.append(self[index])
        index += 1
      }
    }
    return decoded
  }
}
