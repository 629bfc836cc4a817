internal import Bytes

/// The encoding of `-bin` fields (RFC 4648 section 4): sent without padding, taken with and
/// without, as the gRPC protocol document demands.
enum Base64 {
  private static let alphabet = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  /// The text of `bytes`, without padding.
  static func encode(_ bytes: Span<UInt8>) -> String {
    var text: [UInt8] = []
    text.reserveCapacity((bytes.count * 4 + 2) / 3)
    var pending: UInt32 = 0
    var bits = 0
    for index in bytes.indices {
      pending = pending << 8 | UInt32(bytes[index])
      bits += 8
      while bits >= 6 {
        bits -= 6
        text.append(alphabet[Int(pending >> UInt32(bits) & 63)])
      }
    }
    if bits > 0 { text.append(alphabet[Int(pending << UInt32(6 - bits) & 63)]) }
    return String(decoding: text, as: UTF8.self)
  }

  /// The bytes of `text`; nil if it is not Base64 or stands for more than `limit` bytes.
  static func decode(_ text: String, limit: Int) -> ByteSlice? {
    var digits = Array(text.utf8)
    guard digits.count / 4 * 3 <= limit + 3 else { return nil }
    if digits.count % 4 == 0 {
      for _ in 0..<2 where digits.last == 0x3D { digits.removeLast() }
    }
    // One digit alone holds six bits of the eight that a byte needs.
    guard digits.count % 4 != 1, digits.count * 3 / 4 <= limit else { return nil }
    var bytes = ByteBuffer(minimumCapacity: digits.count * 3 / 4)
    var pending: UInt32 = 0
    var bits = 0
    for digit in digits {
      guard let value = value(digit) else { return nil }
      pending = pending << 6 | value
      bits += 6
      if bits >= 8 {
        bits -= 8
        bytes.append(UInt8(truncatingIfNeeded: pending >> UInt32(bits)))
      }
    }
    return bytes.takeSlice()
  }

  private static func value(_ digit: UInt8) -> UInt32? {
    switch digit {
    case 0x41...0x5A: UInt32(digit) - 0x41
    case 0x61...0x7A: UInt32(digit) - 0x61 + 26
    case 0x30...0x39: UInt32(digit) - 0x30 + 52
    case 0x2B: 62
    case 0x2F: 63
    default: nil
    }
  }
}
