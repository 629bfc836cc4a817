internal import Glibc

/// A number as it is written, with what is needed to tell its value.
struct JSONNumber {
  /// Why a number has no value of the kind that is asked for.
  enum Misfit: Error {
    case notAnInteger, outOfRange
  }

  /// The most characters that a number is read from.
  static let maximumLength = 1024

  /// Where the number lies in the text.
  var range = 0..<0
  var isNegative = false
  /// The first 19 digits that are not leading zeros, as a number.
  var mantissa: UInt64 = 0
  /// The power of ten by which to multiply `mantissa`, where it holds all digits.
  var exponent = 0
  /// Whether `mantissa` holds all digits.
  var isComplete = true

  /// The number as an integer without its sign, also where it is written as 1.0 or 1e3.
  ///
  /// - Complexity: O(1) for a plain integer of up to 19 digits, else O(length)
  @inline(__always)
  func magnitude(in bytes: Span<UInt8>) throws(Misfit) -> UInt64 {
    if isComplete, exponent == 0 { return mantissa }
    return try longMagnitude(bytes.extracting(range))
  }

  private func longMagnitude(_ text: Span<UInt8>) throws(Misfit) -> UInt64 {
    var value = DecimalDigits()
    var fractionCount = 0
    var isFraction = false
    var index = 0
    while index < text.count, text[index] | 0x20 != UInt8(ascii: "e") {
      let byte = text[index]
      index += 1
      if byte == UInt8(ascii: ".") { isFraction = true }
      guard byte >= UInt8(ascii: "0") else { continue }
      value.append(byte - UInt8(ascii: "0"))
      if isFraction { fractionCount += 1 }
    }
    let power = JSONNumber.exponent(in: text, at: index + 1)
    return try value.scaled(by: power - fractionCount)
  }

  /// The signed number from `start`, 0 where there is none; clamped far beyond all that matters.
  private static func exponent(in text: Span<UInt8>, at start: Int) -> Int {
    guard start < text.count else { return 0 }
    var value = 0
    for index in start..<text.count where text[index] >= UInt8(ascii: "0") {
      value = min(value * 10 + Int(text[index] - UInt8(ascii: "0")), 1_000_000)
    }
    return text[start] == UInt8(ascii: "-") ? -value : value
  }

  /// The number as the nearest double.
  func double(in bytes: Span<UInt8>) throws(Misfit) -> Double {
    // Both factors are exact, so that one rounding gives the nearest double (Clinger 1990).
    if isComplete, mantissa <= 1 << 53, exponent >= -22, exponent <= 22 {
      let digits = Double(mantissa)
      let power = JSONNumber.powersOfTen[abs(exponent)]
      let value = exponent < 0 ? digits / power : digits * power
      return isNegative ? -value : value
    }
    let value = JSONNumber.parse(bytes.extracting(range))
    guard value.isFinite else { throw .outOfRange }
    return value
  }

  /// The value of a number of at most `maximumLength` characters, by `strtod`, which rounds right.
  private static func parse(_ text: Span<UInt8>) -> Double {
    unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: text.count + 1) { copy in
      for index in text.indices {
        // The copy has room for all of the text and a zero.
        unsafe copy[index] = CChar(bitPattern: text[index])
      }
      unsafe copy[text.count] = 0
      guard let start = copy.baseAddress else { return 0 }
      return unsafe strtod(start, nil)
    }
  }

  private static let powersOfTen: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17,
    1e18, 1e19, 1e20, 1e21, 1e22,
  ]
}

/// An integer put together digit by digit, which holds back trailing zeros.
private struct DecimalDigits {
  private var value: UInt64 = 0
  private var zeros = 0
  private var hasOverflowed = false

  mutating func append(_ digit: UInt8) {
    if digit == 0 {
      if value != 0 { zeros += 1 }
      return
    }
    multiply(byPower: zeros + 1)
    zeros = 0
    let (sum, overflow) = value.addingReportingOverflow(UInt64(digit))
    value = sum
    hasOverflowed = hasOverflowed || overflow
  }

  /// The integer times ten to the power of `exponent`.
  func scaled(by exponent: Int) throws(JSONNumber.Misfit) -> UInt64 {
    guard value != 0 || hasOverflowed else { return 0 }
    // The last digit is not zero, so that any negative power leaves a fraction.
    guard exponent + zeros >= 0 else { throw .notAnInteger }
    var result = self
    result.multiply(byPower: exponent + zeros)
    guard !result.hasOverflowed else { throw .outOfRange }
    return result.value
  }

  private mutating func multiply(byPower power: Int) {
    var left = power
    while left > 0, !hasOverflowed {
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      hasOverflowed = overflow
      value = product
      left -= 1
    }
  }
}
