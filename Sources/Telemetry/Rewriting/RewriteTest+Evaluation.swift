internal import Bytes

extension RewriteTest {
  /// Whether the test holds for the message with these fields and attributes.
  func holds(
    _ bytes: Span<UInt8>, _ fields: ItemFields, _ table: borrowing AttributeTable
  ) throws(WireError) -> Bool {
    switch subject {
    case .attribute(let key):
      guard let index = table.index(bytes, of: key) else { return false }
      return try predicate.holds(forValue: table.content(bytes, of: table.entries[index].value))
    case .name: return predicate.holds(forText: bytes.extracting(fields.name))
    case .version: return predicate.holds(forText: bytes.extracting(fields.second))
    case .body: return try predicate.holds(forValue: bytes.extracting(fields.second))
    case .number: return predicate.holds(forNumber: fields.number)
    }
  }
}

extension RewriteTest.Predicate {
  /// Whether the predicate holds for an `AnyValue` of these fields.
  func holds(forValue value: Span<UInt8>) throws(WireError) -> Bool {
    switch self {
    case .exists: return true
    case .equals(let wanted): return try wanted.equals(value)
    case .matches(let matcher):
      let scan = try ValueScan(value, 0..<value.count)
      switch scan.kind {
      case .string: return matcher.matches(value.extracting(scan.content))
      case .bool, .int, .double:
        return matcher.matches(try ValueText.text(value, 0..<value.count))
      case .empty, .bytes, .array, .map, .other: return false
      }
    case .isOneOf, .isAtLeast: return false
    }
  }

  func holds(forText text: Span<UInt8>) -> Bool {
    switch self {
    case .exists: text.count > 0
    case .equals(.string(let wanted)): wanted.utf8Span.span.isEqual(to: text)
    case .matches(let matcher): matcher.matches(text)
    case .equals, .isOneOf, .isAtLeast: false
    }
  }

  func holds(forNumber number: UInt64) -> Bool {
    switch self {
    case .exists: number != 0
    case .equals(.int(let wanted)): number == UInt64(bitPattern: wanted)
    case .isOneOf(let set): number < 64 && set >> number & 1 == 1
    case .isAtLeast(let least, let orUnset): number == 0 ? orUnset : number >= least
    case .equals, .matches: false
    }
  }
}

extension AttributeValue {
  /// Whether the `AnyValue` whose fields are `bytes` is this value, of the same type.
  ///
  /// Maps are equal when their entries are, in the same order.
  func equals(_ bytes: Span<UInt8>) throws(WireError) -> Bool {
    let scan = try ValueScan(bytes, 0..<bytes.count)
    switch (self, scan.kind) {
    case (.string(let text), .string):
      return text.utf8Span.span.isEqual(to: bytes.extracting(scan.content))
    case (.bool(let value), .bool): return value == (scan.bits != 0)
    case (.int(let value), .int): return UInt64(bitPattern: value) == scan.bits
    case (.double(let value), .double): return value == Double(bitPattern: scan.bits)
    case (.bytes(let value), .bytes):
      return value.span.isEqual(to: bytes.extracting(scan.content))
    case (.array, .array), (.map, .map): return encoded.span.isEqual(to: bytes)
    default: return false
    }
  }
}
