/// The checksum of snappy frames (Castagnoli's polynomial, reflected).
enum CRC32C {
  // Eight tables: eight bytes are folded at a time, several times faster than byte by byte.
  private static let tables: [UInt32] = {
    var tables = [UInt32](repeating: 0, count: 8 * 256)
    for byte in 0..<256 {
      var value = UInt32(byte)
      for _ in 0..<8 { value = value & 1 == 0 ? value >> 1 : value >> 1 ^ 0x82F6_3B78 }
      tables[byte] = value
    }
    for index in 256..<8 * 256 {
      let before = tables[index - 256]
      tables[index] = before >> 8 ^ tables[Int(before & 0xFF)]
    }
    return tables
  }()

  /// The checksum of `bytes`.
  static func checksum(_ bytes: Span<UInt8>) -> UInt32 {
    let tables = tables
    var value = ~UInt32(0)
    var index = 0
    while bytes.count - index >= 8 {
      var folded: UInt32 = 0
      for offset in 0..<4 {
        let low = UInt8(truncatingIfNeeded: value >> UInt32(8 * offset)) ^ bytes[index + offset]
        folded ^= tables[(7 - offset) * 256 + Int(low)]
        folded ^= tables[(3 - offset) * 256 + Int(bytes[index + 4 + offset])]
      }
      value = folded
      index += 8
    }
    while index < bytes.count {
      value = value >> 8 ^ tables[Int(UInt8(truncatingIfNeeded: value) ^ bytes[index])]
      index += 1
    }
    return ~value
  }

  /// The checksum as snappy stores it, so that data which holds checksums does not disturb it.
  static func masked(_ bytes: Span<UInt8>) -> UInt32 {
    let value = checksum(bytes)
    return (value >> 15 | value << 17) &+ 0xA282_EAD8
  }
}
