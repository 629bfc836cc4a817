extension JSONScanner {
  /// Reads a number; RFC 8259 section 6.
  @inline(__always)
  mutating func scanNumber() throws(JSONError) -> JSONNumber {
    let start = position
    var number = JSONNumber()
    if current == UInt8(ascii: "-") {
      number.isNegative = true
      position &+= 1
    }
    let first = position
    scanDigits(into: &number)
    let count = position &- first
    // A further digit behind a leading zero is not JSON.
    guard count == 1 || count > 1 && bytes[first] != UInt8(ascii: "0") else {
      throw failure(.badNumber)
    }
    if let byte = current, byte == UInt8(ascii: ".") || byte | 0x20 == UInt8(ascii: "e") {
      try scanFractionAndExponent(into: &number)
    }
    guard position &- start <= JSONNumber.maximumLength else {
      throw JSONError(.numberTooLong, at: start)
    }
    number.range = start..<position
    return number
  }

  @inline(__always)
  private mutating func scanDigits(into number: inout JSONNumber) {
    while position < bytes.count {
      // The position is below the number of bytes.
      let digit = unsafe bytes[unchecked: position] &- UInt8(ascii: "0")
      guard digit < 10 else { return }
      position &+= 1
      // Nineteen digits fit into 64 bits.
      if number.mantissa < 1_000_000_000_000_000_000 {
        number.mantissa = number.mantissa &* 10 &+ UInt64(digit)
      } else {
        number.isComplete = false
      }
    }
  }

  private mutating func scanFractionAndExponent(into number: inout JSONNumber) throws(JSONError) {
    if current == UInt8(ascii: ".") {
      position += 1
      let start = position
      scanDigits(into: &number)
      guard position > start else { throw failure(.badNumber) }
      number.exponent = start - position
    }
    guard let byte = current, byte | 0x20 == UInt8(ascii: "e") else { return }
    position += 1
    let isNegative = current == UInt8(ascii: "-")
    if isNegative || current == UInt8(ascii: "+") { position += 1 }
    var exponent = JSONNumber()
    let start = position
    scanDigits(into: &exponent)
    guard position > start else { throw failure(.badNumber) }
    let magnitude = exponent.isComplete ? Int(min(exponent.mantissa, 1_000_000)) : 1_000_000
    number.exponent += isNegative ? -magnitude : magnitude
  }

  /// Reads an integer written as a number or as a string, without regard to a field's range.
  @inline(__always)
  mutating func readInteger() throws(JSONError) -> (isNegative: Bool, magnitude: UInt64) {
    let kind = try peek()
    let start = position
    if kind == .number {
      let number = try scanNumber()
      return (number.isNegative, try integer(number, in: bytes, at: start))
    }
    guard kind == .string else { throw JSONError(.expectedInteger, at: start) }
    let text = bytes.extracting(try scanString().range)
    guard let number = JSONScanner.number(text) else {
      throw JSONError(.expectedInteger, at: start)
    }
    return (number.isNegative, try integer(number, in: text, at: start))
  }

  @inline(__always)
  private func integer(
    _ number: JSONNumber, in text: Span<UInt8>, at start: Int
  ) throws(JSONError) -> UInt64 {
    do {
      return try number.magnitude(in: text)
    } catch {
      throw JSONError(error == .outOfRange ? .integerOutOfRange : .expectedInteger, at: start)
    }
  }

  /// The number that `text` is from its first to its last byte.
  private static func number(_ text: Span<UInt8>) -> JSONNumber? {
    var scanner = JSONScanner(text)
    guard let number = try? scanner.scanNumber(), scanner.position == text.count else { return nil }
    return number
  }

  /// Reads an integer of 64 bits with a sign.
  @inline(__always)
  mutating func readInt64() throws(JSONError) -> Int64 {
    let (isNegative, magnitude) = try readInteger()
    if isNegative {
      guard magnitude <= 1 << 63 else { throw JSONError(.integerOutOfRange, at: position) }
      return Int64(truncatingIfNeeded: 0 &- magnitude)
    }
    guard magnitude < 1 << 63 else { throw JSONError(.integerOutOfRange, at: position) }
    return Int64(truncatingIfNeeded: magnitude)
  }

  /// Reads an integer of 64 bits without a sign.
  @inline(__always)
  mutating func readUInt64() throws(JSONError) -> UInt64 {
    let (isNegative, magnitude) = try readInteger()
    guard !isNegative || magnitude == 0 else { throw JSONError(.integerOutOfRange, at: position) }
    return magnitude
  }

  /// Reads a floating point number; proto3 JSON also has it in strings, with names for the specials.
  mutating func readDouble() throws(JSONError) -> Double {
    let kind = try peek()
    let start = position
    if kind == .number {
      return try double(scanNumber(), in: bytes, at: start)
    }
    guard kind == .string else { throw JSONError(.expectedNumber, at: start) }
    let string = try scanString()
    if matches(string, "NaN") { return .nan }
    if matches(string, "Infinity") { return .infinity }
    if matches(string, "-Infinity") { return -.infinity }
    let text = bytes.extracting(string.range)
    guard let number = JSONScanner.number(text) else {
      throw JSONError(.expectedNumber, at: start)
    }
    return try double(number, in: text, at: start)
  }

  private func double(
    _ number: JSONNumber, in text: Span<UInt8>, at start: Int
  ) throws(JSONError) -> Double {
    do {
      return try number.double(in: text)
    } catch {
      throw JSONError(.numberOutOfRange, at: start)
    }
  }
}
