internal import Bytes
internal import Procfs

extension Span where Element == UInt8 {
  /// The text with each `mark` and two hexadecimal digits replaced by the byte that they stand for.
  ///
  /// A mark without digits behind it stays as it is.
  func decodingEscapes(after mark: StaticString) -> String {
    var bytes: [UInt8] = []
    var index = 0
    while index < count {
      let digits = index + mark.utf8CodeUnitCount
      if digits + 2 <= count, extracting(index..<count).starts(with: mark),
        isHexadecimalPair(at: digits),
        let value = UInt8(String(copying: extracting(digits..<digits + 2)), radix: 16)
      {
        bytes.append(value)
        index = digits + 2
      } else {
        bytes.append(self[index])
        index += 1
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Whether two hexadecimal digits of either case are at `offset`.
  private func isHexadecimalPair(at offset: Int) -> Bool {
    for index in offset..<offset + 2 {
      let digit = self[index] | 0x20
      guard self[index] &- 0x30 <= 9 || digit &- 0x61 <= 5 else { return false }
    }
    return true
  }
}
