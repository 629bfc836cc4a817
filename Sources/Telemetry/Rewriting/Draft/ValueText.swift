internal import Bytes

/// The text of values that are not text: numbers in decimal, bytes in base64, arrays and maps in JSON.
enum ValueText {
  /// Deeper values are left out as null; requests are not accepted with values that deep.
  private static let maximumDepth = 200

  /// The text of the `AnyValue` whose fields lie at `range`.
  static func text(_ bytes: Span<UInt8>, _ range: Range<Int>) throws(WireError) -> String {
    let scan = try ValueScan(bytes, range)
    switch scan.kind {
    case .empty, .other: return ""
    case .string: return String(copying: bytes.extracting(scan.content))
    case .bytes: return String(base64: bytes.extracting(scan.content))
    default:
      var result = ""
      try appendJSON(bytes, scan, to: &result, depth: 0)
      return result
    }
  }

  private static func appendJSON(
    _ bytes: Span<UInt8>, _ scan: ValueScan, to result: inout String, depth: Int
  ) throws(WireError) {
    switch scan.kind {
    case .empty, .other: result += "null"
    case .string: appendQuoted(String(copying: bytes.extracting(scan.content)), to: &result)
    case .bytes: appendQuoted(String(base64: bytes.extracting(scan.content)), to: &result)
    case .bool: result += scan.bits == 0 ? "false" : "true"
    case .int: result += String(Int64(bitPattern: scan.bits))
    case .double: result += number(Double(bitPattern: scan.bits))
    case .array, .map:
      guard depth < maximumDepth else {
        result += "null"
        return
      }
      if scan.kind == .array {
        try appendArray(bytes, scan.content, to: &result, depth: depth + 1)
      } else {
        try appendMap(bytes, scan.content, to: &result, depth: depth + 1)
      }
    }
  }

  private static func appendArray(
    _ bytes: Span<UInt8>, _ content: Range<Int>, to result: inout String, depth: Int
  ) throws(WireError) {
    result += "["
    var isFirst = true
    var reader = WireReader(bytes, in: content)
    while let field = try reader.nextField() {
      guard field.number == 1, field.type == .length else {
        try reader.skip(field.type)
        continue
      }
      if !isFirst { result += "," }
      isFirst = false
      try appendJSON(bytes, ValueScan(bytes, reader.readLength()), to: &result, depth: depth)
    }
    result += "]"
  }

  /// Maps are written in the order of their keys, so that equal maps have equal texts.
  private static func appendMap(
    _ bytes: Span<UInt8>, _ content: Range<Int>, to result: inout String, depth: Int
  ) throws(WireError) {
    var entries: [(key: String, value: String)] = []
    var reader = WireReader(bytes, in: content)
    while let field = try reader.nextField() {
      guard field.number == 1, field.type == .length else {
        try reader.skip(field.type)
        continue
      }
      var key = ""
      var value = 0..<0
      var pair = WireReader(bytes, in: try reader.readLength())
      while let part = try pair.nextField() {
        switch (part.number, part.type) {
        case (1, .length): key = String(copying: bytes.extracting(try pair.readLength()))
        case (2, .length): value = try pair.readLength()
        default: try pair.skip(part.type)
        }
      }
      var text = ""
      try appendJSON(bytes, ValueScan(bytes, value), to: &text, depth: depth)
      entries.append((key, text))
    }
    entries.sort { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    result += "{"
    for (index, entry) in entries.enumerated() {
      if index > 0 { result += "," }
      appendQuoted(entry.key, to: &result)
      result += ":" + entry.value
    }
    result += "}"
  }

  private static func appendQuoted(_ text: String, to result: inout String) {
    result += "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case _ where scalar.value < 0x20:
        result += "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
      default: result.unicodeScalars.append(scalar)
      }
    }
    result += "\""
  }

  /// The shortest decimal text of a number, with an exponent only below 1e-6 and from 1e21 on, as JSON
  /// is commonly written.
  static func number(_ value: Double) -> String {
    guard value.isFinite else {
      return value.isNaN ? "NaN" : value < 0 ? "-Inf" : "+Inf"
    }
    let shortest = value.magnitude.description
    let parts = shortest.split(separator: "e")
    let point = parts[0].split(separator: ".")
    var digits = Array((point[0] + (point.count > 1 && point[1] != "0" ? point[1] : "")).utf8)
    var exponent = point[0].utf8.count + (parts.count > 1 ? Int(parts[1]) ?? 0 : 0)
    // Leading zeros, as in 0.001, are no digits of the number.
    while digits.count > 1, digits[0] == UInt8(ascii: "0") {
      digits.removeFirst()
      exponent -= 1
    }
    while digits.count > 1, digits.last == UInt8(ascii: "0") { digits.removeLast() }
    let sign = value.sign == .minus ? "-" : ""
    if digits == [UInt8(ascii: "0")] { return sign + "0" }
    return sign + layOut(digits, exponent)
  }

  /// The number whose `digits` stand behind the point, times ten to the power of `exponent`.
  private static func layOut(_ digits: [UInt8], _ exponent: Int) -> String {
    let text = String(decoding: digits, as: UTF8.self)
    if exponent > 21 || exponent < -5 {
      let rest = text.dropFirst()
      let power = exponent - 1
      return
        "\(text.prefix(1))\(rest.isEmpty ? "" : ".")\(rest)e\(power < 0 ? "-" : "+")\(abs(power))"
    }
    if exponent <= 0 { return "0." + String(repeating: "0", count: -exponent) + text }
    if digits.count <= exponent {
      return text + String(repeating: "0", count: exponent - digits.count)
    }
    return "\(text.prefix(exponent)).\(text.dropFirst(exponent))"
  }
}
