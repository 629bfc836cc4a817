internal import Bytes

extension ByteBuffer {
  /// Appends the text of an address of 4 or 16 bytes, at most 39 characters; RFC 5952.
  ///
  /// - Precondition: `address` has 4 or 16 bytes.
  mutating func appendAddress(_ address: Span<UInt8>) {
    precondition(address.count == 4 || address.count == 16, "an address has 4 or 16 bytes")
    if address.count == 4 { appendIPv4(address) } else { appendIPv6(address) }
  }

  private mutating func appendIPv4(_ address: Span<UInt8>) {
    for index in 0..<4 {
      if index > 0 { append(UInt8(ascii: ".")) }
      appendDecimal(UInt64(address[index]))
    }
  }

  /// Appends the text that RFC 5952 recommends: the longest run of zeros is `::`.
  private mutating func appendIPv6(_ address: Span<UInt8>) {
    let run = ByteBuffer.longestZeroRun(address)
    var index = 0
    while index < 8 {
      if index == run.lowerBound, run.count > 1 {
        append("::")
        index = run.upperBound
        continue
      }
      if index > 0, index != run.upperBound || run.count < 2 { append(UInt8(ascii: ":")) }
      appendHexadecimal(UInt64(address.bigEndian16(at: 2 * index)))
      index += 1
    }
  }

  /// The first of the longest runs of zero groups.
  private static func longestZeroRun(_ address: Span<UInt8>) -> Range<Int> {
    var longest = 0..<0
    var start = 0
    for index in 0...8 {
      if index < 8, address.bigEndian16(at: 2 * index) == 0 { continue }
      if index - start > longest.count { longest = start..<index }
      start = index + 1
    }
    return longest
  }
}
