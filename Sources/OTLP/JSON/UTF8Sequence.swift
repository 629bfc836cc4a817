internal import Bytes

/// UTF-8 sequences of more than one byte (Unicode 16, table 3-7).
enum UTF8Sequence {
  /// The number of bytes of the well-formed sequence at `position`, or 0 where there is none.
  static func width(in bytes: Span<UInt8>, at position: Int) -> Int {
    let first = bytes[position]
    let left = bytes.count - position
    switch first {
    case 0..<0x80:
      return 1
    case 0xC2...0xDF:
      return left > 1 && isTrail(bytes[position + 1]) ? 2 : 0
    case 0xE0...0xEF:
      guard left > 2, isTrail(bytes[position + 2]) else { return 0 }
      let second = bytes[position + 1]
      let low: UInt8 = first == 0xE0 ? 0xA0 : 0x80
      let high: UInt8 = first == 0xED ? 0x9F : 0xBF
      return second >= low && second <= high ? 3 : 0
    case 0xF0...0xF4:
      guard left > 3, isTrail(bytes[position + 2]), isTrail(bytes[position + 3]) else { return 0 }
      let second = bytes[position + 1]
      let low: UInt8 = first == 0xF0 ? 0x90 : 0x80
      let high: UInt8 = first == 0xF4 ? 0x8F : 0xBF
      return second >= low && second <= high ? 4 : 0
    default:
      return 0
    }
  }

  @inline(__always)
  private static func isTrail(_ byte: UInt8) -> Bool { byte & 0xC0 == 0x80 }

  /// Appends a character in UTF-8.
  static func append(_ scalar: UInt32, to buffer: inout ByteBuffer) {
    func trail(_ shift: UInt32) -> UInt8 {
      0x80 | UInt8(truncatingIfNeeded: scalar >> shift & 0x3F)
    }
    switch scalar {
    case 0..<0x80:
      buffer.append(UInt8(truncatingIfNeeded: scalar))
    case 0x80..<0x800:
      buffer.append(0xC0 | UInt8(truncatingIfNeeded: scalar >> 6))
      buffer.append(trail(0))
    case 0x800..<0x10000:
      buffer.append(0xE0 | UInt8(truncatingIfNeeded: scalar >> 12))
      buffer.append(trail(6))
      buffer.append(trail(0))
    default:
      buffer.append(0xF0 | UInt8(truncatingIfNeeded: scalar >> 18))
      buffer.append(trail(12))
      buffer.append(trail(6))
      buffer.append(trail(0))
    }
  }
}
