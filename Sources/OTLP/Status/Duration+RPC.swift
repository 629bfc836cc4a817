internal import Bytes

extension Duration {
  /// The range that `google.protobuf.Duration` allows, 10,000 years either way.
  private static let rpcSecondsLimit: Int64 = 315_576_000_000

  /// A `google.protobuf.Duration`, clamped to its range.
  init(rpcSeconds: Int64, nanoseconds: Int64) {
    let limit = Duration.rpcSecondsLimit
    let seconds = min(max(rpcSeconds, -limit), limit)
    let fraction = min(max(nanoseconds, -999_999_999), 999_999_999)
    self = .seconds(seconds) + .nanoseconds(fraction)
  }

  /// A duration as proto3's JSON mapping has it, such as `1.5s`; nil where `text` is none.
  init?(rpcText text: Span<UInt8>) {
    var index = 0
    var seconds: Int64 = 0
    var nanoseconds: Int64 = 0
    let isNegative = text.count > 0 && text[0] == UInt8(ascii: "-")
    if isNegative { index = 1 }
    let start = index
    while index < text.count, let digit = text.digit(at: index) {
      seconds = min(seconds * 10 + digit, Duration.rpcSecondsLimit)
      index += 1
    }
    guard index > start else { return nil }
    if index < text.count, text[index] == UInt8(ascii: ".") {
      index += 1
      var unit: Int64 = 100_000_000
      while index < text.count, let digit = text.digit(at: index) {
        nanoseconds += digit * unit
        unit /= 10
        index += 1
      }
    }
    guard index == text.count - 1, text[index] == UInt8(ascii: "s") else { return nil }
    let value = Duration(rpcSeconds: seconds, nanoseconds: nanoseconds)
    self = isNegative ? .zero - value : value
  }

  /// Appends the duration as proto3's JSON mapping has it, without quotation marks.
  func appendRPCText(to buffer: inout ByteBuffer) {
    let (seconds, attoseconds) = components
    if seconds < 0 || attoseconds < 0 { buffer.append(UInt8(ascii: "-")) }
    buffer.appendDecimal(seconds.magnitude)
    var fraction = attoseconds.magnitude / 1_000_000_000
    if fraction > 0 {
      buffer.append(UInt8(ascii: "."))
      var unit: UInt64 = 100_000_000
      while fraction > 0 {
        buffer.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: fraction / unit))
        fraction %= unit
        unit /= 10
      }
    }
    buffer.append(UInt8(ascii: "s"))
  }
}

extension Span where Element == UInt8 {
  /// The value of the decimal digit at `index`, nil where there is none.
  func digit(at index: Int) -> Int64? {
    let value = self[index] &- UInt8(ascii: "0")
    return value < 10 ? Int64(value) : nil
  }
}
