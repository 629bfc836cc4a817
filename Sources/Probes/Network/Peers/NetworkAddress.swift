internal import Bytes

/// An internet address; IPv4 as `::ffff:a.b.c.d`, so that a peer is the same whichever socket saw it.
struct NetworkAddress: Hashable, SpreadKey {
  /// The first and the last eight bytes, as numbers.
  let high: UInt64
  let low: UInt64

  func hash(into hasher: inout Hasher) {
    // Of IPv4 one word says it all.
    if high != 0 { hasher.combine(high) }
    hasher.combine(low)
  }

  /// Not known outside: answers can be made with any addresses, but none that are known to share a number.
  private static let seed = (
    high: UInt64.random(in: .min ... .max), low: UInt64.random(in: .min ... .max)
  )

  var spread: UInt64 {
    let product = (high ^ NetworkAddress.seed.high).multipliedFullWidth(
      by: low ^ NetworkAddress.seed.low)
    return product.high ^ product.low
  }

  /// No address.
  static let none = NetworkAddress(high: 0, low: 0)

  init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// The address whose sixteen bytes in network order lie in these two words.
  init(words: (UInt64, UInt64)) {
    self.init(high: UInt64(bigEndian: words.0), low: UInt64(bigEndian: words.1))
  }

  /// An IPv4 address.
  init(ipv4: UInt32) {
    self.init(high: 0, low: 0xffff_0000_0000 | UInt64(ipv4))
  }

  /// The address of 4 or 16 bytes in network order; nil for another number of bytes.
  init?(_ bytes: Span<UInt8>) {
    func number(_ range: Range<Int>) -> UInt64 {
      var value: UInt64 = 0
      for index in range { value = value << 8 | UInt64(bytes[index]) }
      return value
    }
    switch bytes.count {
    case 4: self.init(ipv4: UInt32(number(0..<4)))
    case 16: self.init(high: number(0..<8), low: number(8..<16))
    default: return nil
    }
  }

  /// Whether it is an IPv4 address.
  var isIPv4: Bool { high == 0 && low >> 32 == 0xffff }
  /// Whether it stands for every address of a machine, or for none.
  var isUnspecified: Bool { high == 0 && (low == 0 || low == 0xffff_0000_0000) }
  /// Whether it is this machine's own address in every network.
  var isLoopback: Bool { high == 0 && (low == 1 || (isIPv4 && low >> 24 & 0xff == 127)) }

  /// Whether it comes before the other one in an order of all.
  func isBelow(_ other: NetworkAddress) -> Bool {
    low == other.low ? high < other.high : low < other.low
  }

  /// Appends the address as text: dotted, or as RFC 5952 asks.
  func append(to buffer: inout ByteBuffer) {
    guard isIPv4 else { return appendIPv6(to: &buffer) }
    for shift in stride(from: UInt64(24), through: 0, by: -8) {
      if shift < 24 { buffer.append(UInt8(ascii: ".")) }
      buffer.appendDecimal(low >> shift & 0xff)
    }
  }

  private func appendIPv6(to buffer: inout ByteBuffer) {
    let zeros = longestZeros
    var index = 0
    while index < 8 {
      if index == zeros.lowerBound, !zeros.isEmpty {
        buffer.append("::")
        index = zeros.upperBound
        continue
      }
      if index > 0, index != zeros.upperBound || zeros.isEmpty {
        buffer.append(UInt8(ascii: ":"))
      }
      NetworkAddress.appendHexadecimal(group(index), to: &buffer)
      index += 1
    }
  }

  private func group(_ index: Int) -> UInt64 {
    (index < 4 ? high : low) >> UInt64(48 - index % 4 * 16) & 0xffff
  }

  /// The first of the longest runs of at least two groups that are zero.
  private var longestZeros: Range<Int> {
    var best = 0..<0
    var start = 0
    for index in 0...8 where index == 8 || group(index) != 0 {
      if index - start > max(best.count, 1) { best = start..<index }
      start = index + 1
    }
    return best
  }

  static func appendHexadecimal(_ number: UInt64, to buffer: inout ByteBuffer) {
    if number >= 16 { appendHexadecimal(number >> 4, to: &buffer) }
    let digit = UInt8(number & 15)
    buffer.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") - 10 + digit)
  }
}

extension NetworkAddress: CustomStringConvertible {
  /// The address as text.
  var description: String {
    var buffer = ByteBuffer(minimumCapacity: 40)
    append(to: &buffer)
    return String(copying: buffer.span)
  }
}
