internal import Bytes

/// Base64 (RFC 4648): both alphabets are read, with padding or without; the standard one is written.
enum Base64 {
  /// Appends the bytes that `text` stands for; false where it is not base64.
  static func decode(_ text: Span<UInt8>, into buffer: inout ByteBuffer) -> Bool {
    var count = text.count
    if count.isMultiple(of: 4), count > 0, text[count - 1] == UInt8(ascii: "=") {
      count -= text[count - 2] == UInt8(ascii: "=") ? 2 : 1
    }
    let rest = count % 4
    guard rest != 1 else { return false }
    buffer.reserve(count / 4 * 3 + 2)
    var bits: UInt32 = 0
    for index in 0..<count {
      let value = value(of: text[index])
      guard value < 64 else { return false }
      bits = bits << 6 | UInt32(value)
      if index & 3 == 3 {
        buffer.append(UInt8(truncatingIfNeeded: bits >> 16))
        buffer.append(UInt8(truncatingIfNeeded: bits >> 8))
        buffer.append(UInt8(truncatingIfNeeded: bits))
      }
    }
    if rest == 2 {
      buffer.append(UInt8(truncatingIfNeeded: bits >> 4))
    } else if rest == 3 {
      buffer.append(UInt8(truncatingIfNeeded: bits >> 10))
      buffer.append(UInt8(truncatingIfNeeded: bits >> 2))
    }
    return true
  }

  private static func value(of byte: UInt8) -> UInt8 {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte - UInt8(ascii: "A")
    case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - UInt8(ascii: "a") + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0") + 52
    case UInt8(ascii: "+"), UInt8(ascii: "-"): 62
    case UInt8(ascii: "/"), UInt8(ascii: "_"): 63
    default: 255
    }
  }

  /// Appends `bytes` in base64 with padding.
  static func encode(_ bytes: Span<UInt8>, into buffer: inout ByteBuffer) {
    buffer.reserve((bytes.count + 2) / 3 * 4)
    var index = 0
    while index < bytes.count {
      let left = bytes.count - index
      let bits =
        UInt32(bytes[index]) << 16
        | UInt32(left > 1 ? bytes[index + 1] : 0) << 8
        | UInt32(left > 2 ? bytes[index + 2] : 0)
      buffer.append(letter(bits >> 18))
      buffer.append(letter(bits >> 12 & 63))
      buffer.append(left > 1 ? letter(bits >> 6 & 63) : UInt8(ascii: "="))
      buffer.append(left > 2 ? letter(bits & 63) : UInt8(ascii: "="))
      index += 3
    }
  }

  private static func letter(_ value: UInt32) -> UInt8 {
    let value = UInt8(truncatingIfNeeded: value)
    switch value {
    case 0..<26: return UInt8(ascii: "A") + value
    case 26..<52: return UInt8(ascii: "a") + value - 26
    case 52..<62: return UInt8(ascii: "0") + value - 52
    case 62: return UInt8(ascii: "+")
    default: return UInt8(ascii: "/")
    }
  }
}
