internal import Bytes
internal import Diagnostics
internal import Telemetry

/// Attribute values as label values; specification "Attributes", non-string values become JSON.
enum AttributeText {
  /// Values nested deeper are left out.
  private static let depthLimit = 16

  /// The text of a value; empty where it has none.
  static func text(of value: AnyValueView?) -> [UInt8] {
    guard let value else { return [] }
    if value.kind == .string { return Array(copying: value.content) }
    var result: [UInt8] = []
    append(value, to: &result, isNested: false, depth: 0)
    return result
  }

  private static func append(
    _ value: AnyValueView, to result: inout [UInt8], isNested: Bool, depth: Int
  ) {
    switch value.kind {
    case .empty: if isNested { result += Array("null".utf8) }
    case .string: appendQuoted(value.content, to: &result)
    case .bool(let bool): result += Array((bool ? "true" : "false").utf8)
    case .int(let int): result += Array(String(int).utf8)
    case .double(let double): result += Array(number(double).utf8)
    case .stringIndex(let index): result += Array(String(index).utf8)
    case .bytes:
      if isNested { result.append(UInt8(ascii: "\"")) }
      result += Array(String(base64: value.content).utf8)
      if isNested { result.append(UInt8(ascii: "\"")) }
    case .array, .map: appendNested(value, to: &result, depth: depth)
    }
  }

  private static func number(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Infinity" : "Infinity" }
    let text = value.description
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  private static func appendNested(
    _ value: AnyValueView, to result: inout [UInt8], depth: Int
  ) {
    let isArray = value.kind == .array
    result.append(UInt8(ascii: isArray ? "[" : "{"))
    defer { result.append(UInt8(ascii: isArray ? "]" : "}")) }
    guard depth < depthLimit else { return }
    var isFirst = true
    var values = value.values
    while let element = values.next() {
      if !isFirst { result.append(UInt8(ascii: ",")) }
      isFirst = false
      append(element, to: &result, isNested: true, depth: depth + 1)
    }
    var entries = value.entries
    while let entry = entries.next() {
      if !isFirst { result.append(UInt8(ascii: ",")) }
      isFirst = false
      appendQuoted(entry.key, to: &result)
      result.append(UInt8(ascii: ":"))
      if let value = entry.value {
        append(value, to: &result, isNested: true, depth: depth + 1)
      } else {
        result += Array("null".utf8)
      }
    }
  }

  private static func appendQuoted(_ text: Span<UInt8>, to result: inout [UInt8]) {
    result.append(UInt8(ascii: "\""))
    for index in text.indices {
      let byte = text[index]
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): result += [UInt8(ascii: "\\"), byte]
      case UInt8(ascii: "\n"): result += Array("\\n".utf8)
      case 0..<0x20:
        result += Array(("\\u" + byte.padded(to: 4, radix: 16)).utf8)
      default: result.append(byte)
      }
    }
    result.append(UInt8(ascii: "\""))
  }
}
