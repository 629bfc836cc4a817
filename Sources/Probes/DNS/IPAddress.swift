internal import Bytes
internal import DNS

/// An IP address; an IPv4 address that is written as an IPv6 one (`::ffff:192.0.2.1`) is the same as itself.
struct IPAddress: Hashable, Sendable {
  /// The sixteen bytes as the kernel's programs hand them over; an IPv4 address is the first four.
  typealias Raw = (
    UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8,
    UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8
  )

  private static let mappedPrefix: UInt64 = 0xFFFF_0000_0000

  /// The first eight bytes as a number.
  private let high: UInt64
  /// The last eight bytes as a number.
  private let low: UInt64

  private init(_ high: UInt64, _ low: UInt64) {
    self.high = high
    self.low = low
  }

  /// The address in a record.
  init(_ raw: Raw, isIPv4: Bool) {
    let first = IPAddress.word(raw.0, raw.1, raw.2, raw.3)
    if isIPv4 {
      self.init(0, IPAddress.mappedPrefix | first)
    } else {
      let second = IPAddress.word(raw.4, raw.5, raw.6, raw.7)
      let third = IPAddress.word(raw.8, raw.9, raw.10, raw.11)
      let fourth = IPAddress.word(raw.12, raw.13, raw.14, raw.15)
      self.init(first << 32 | second, third << 32 | fourth)
    }
  }

  /// The address in 4 or 16 bytes; nil for any other number.
  init?(_ bytes: Span<UInt8>) {
    guard bytes.count == 4 || bytes.count == 16 else { return nil }
    var words: (UInt64, UInt64) = (0, 0)
    for index in bytes.indices {
      words.0 = words.0 << 8 | words.1 >> 56
      words.1 = words.1 << 8 | UInt64(bytes[index])
    }
    self.init(words.0, bytes.count == 4 ? IPAddress.mappedPrefix | words.1 : words.1)
  }

  /// Whether it is an IPv4 address.
  var isIPv4: Bool { high == 0 && low >> 32 == 0xFFFF }

  /// Appends the text, at most 39 characters.
  func append(to text: inout ByteBuffer) {
    var bytes: [16 of UInt8] = .init(repeating: 0)
    for index in 0..<8 {
      bytes[index] = UInt8(truncatingIfNeeded: high >> UInt64(56 - 8 * index))
      bytes[8 + index] = UInt8(truncatingIfNeeded: low >> UInt64(56 - 8 * index))
    }
    text.appendAddress(bytes.span.extracting(isIPv4 ? 12..<16 : 0..<16))
  }

  private static func word(_ a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8) -> UInt64 {
    UInt64(a) << 24 | UInt64(b) << 16 | UInt64(c) << 8 | UInt64(d)
  }
}
