/// A range of addresses with a common beginning, such as `10.0.0.0/8`.
struct NetworkRange: Hashable {
  private let address: NetworkAddress
  private let highMask: UInt64
  private let lowMask: UInt64

  /// The range that `text` tells, an address with or without the number of its common bits; nil where it tells none.
  init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count <= 2, let address = NetworkAddress(parts[0]) else { return nil }
    let limit = parts[0].contains(":") ? 128 : 32
    var bits = limit
    if parts.count == 2 {
      guard let value = Int(parts[1]), (0...limit).contains(value), !parts[1].hasPrefix("+") else {
        return nil
      }
      bits = value
    }
    bits += 128 - limit
    highMask = bits >= 64 ? .max : bits == 0 ? 0 : .max << (64 - bits)
    lowMask = bits <= 64 ? 0 : .max << (128 - bits)
    self.address = NetworkAddress(high: address.high & highMask, low: address.low & lowMask)
  }

  /// Whether the address is in the range.
  func contains(_ other: NetworkAddress) -> Bool {
    other.high & highMask == address.high && other.low & lowMask == address.low
  }
}
