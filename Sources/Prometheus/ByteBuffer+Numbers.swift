internal import Bytes

extension ByteBuffer {
  /// Appends a number so that reading it gives the same; whole numbers have no point unless `canonical`.
  mutating func appendNumber(_ value: Double, canonical: Bool = false) {
    if value.isNaN { return append("NaN") }
    if value.isInfinite { return append(value < 0 ? "-Inf" : "+Inf") }
    // Whole numbers below 1e15 are exact, and the usual case.
    if !canonical, abs(value) < 1e15, value == value.rounded(),
      !(value == 0 && value.sign == .minus)
    {
      return appendDecimal(Int64(value))
    }
    append(value.description)
  }

  /// Appends a value.
  mutating func appendNumber(_ value: SampleValue) {
    switch value {
    case .int(let int): appendDecimal(int)
    case .double(let double): appendNumber(double)
    }
  }

  /// Appends nanoseconds since 1970 as seconds with milliseconds, such as `1700000000.250`.
  mutating func appendSeconds(_ nanoseconds: UInt64) {
    appendDecimal(nanoseconds / 1_000_000_000)
    let milliseconds = nanoseconds / 1_000_000 % 1000
    append(UInt8(ascii: "."))
    append(UInt8(ascii: "0") + UInt8(milliseconds / 100))
    append(UInt8(ascii: "0") + UInt8(milliseconds / 10 % 10))
    append(UInt8(ascii: "0") + UInt8(milliseconds % 10))
  }

  /// Appends a signed number in zigzag form.
  mutating func appendZigzag(_ value: Int64) {
    appendVarint(UInt64(bitPattern: (value << 1) ^ (value >> 63)))
  }
}
