internal import Bytes

extension RewriteTest {
  /// Whether the test holds for the message.
  func holds(
    _ bytes: Span<UInt8>, _ draft: borrowing MessageDraft
  ) throws(WireError) -> Bool {
    switch subject {
    case .attribute(let key):
      guard let index = draft.index(bytes, of: key.bytes.span) else { return false }
      return try predicate.holds(forValue: draft.content(bytes, of: draft.entries[index].value))
    case .field(let field):
      guard let reading = try draft.read(field, bytes) else { return false }
      let content = draft.content(bytes, of: reading.content)
      switch reading.form {
      case .text, .id: return predicate.holds(forText: content)
      case .number, .fixed: return predicate.holds(forNumber: reading.bits)
      case .value: return try predicate.holds(forValue: content)
      }
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
    case .equals(.bytes(let wanted)): wanted.span.isEqual(to: text)
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
