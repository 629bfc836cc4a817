internal import Bytes

/// What becomes of a value that is given another type.
enum ValueConversion {
  /// It has the type already, or there is no value.
  case unchanged
  /// It has no counterpart of that type.
  case impossible
  /// The counterpart.
  case value(AttributeValue)

  /// Converts the `AnyValue` whose fields are `bytes`.
  static func convert(
    _ bytes: Span<UInt8>, to type: AttributeEdit.ConvertedType
  ) throws(WireError) -> ValueConversion {
    let scan = try ValueScan(bytes, 0..<bytes.count)
    if scan.kind == .other { return .impossible }
    switch type {
    case .string:
      if scan.kind == .string { return .unchanged }
      return .value(.string(try ValueText.text(bytes, 0..<bytes.count)))
    case .int: return integer(bytes, scan)
    case .double: return double(bytes, scan)
    case .boolean: return boolean(bytes, scan)
    }
  }

  private static func integer(_ bytes: Span<UInt8>, _ scan: ValueScan) -> ValueConversion {
    let value: Int64?
    switch scan.kind {
    case .int: return .unchanged
    case .bool: value = scan.bits == 0 ? 0 : 1
    case .double: value = Int64(exactly: Double(bitPattern: scan.bits).rounded(.towardZero))
    case .string: value = Int64(text(bytes, scan))
    default: value = nil
    }
    return value.map { .value(.int($0)) } ?? .impossible
  }

  private static func double(_ bytes: Span<UInt8>, _ scan: ValueScan) -> ValueConversion {
    let value: Double?
    switch scan.kind {
    case .double: return .unchanged
    case .bool: value = scan.bits == 0 ? 0 : 1
    case .int: value = Double(Int64(bitPattern: scan.bits))
    case .string:
      let text = text(bytes, scan)
      // What is too large for a number is no infinity unless it says so.
      value = Double(text).flatMap {
        $0.isInfinite && !text.lowercased().contains("inf") ? nil : $0
      }
    default: value = nil
    }
    return value.map { .value(.double($0)) } ?? .impossible
  }

  private static func boolean(_ bytes: Span<UInt8>, _ scan: ValueScan) -> ValueConversion {
    switch scan.kind {
    case .bool: return .unchanged
    case .int: return .value(.bool(scan.bits != 0))
    case .double: return .value(.bool(Double(bitPattern: scan.bits) != 0))
    case .string:
      switch text(bytes, scan) {
      case "1", "t", "T", "true", "TRUE", "True": return .value(.bool(true))
      case "0", "f", "F", "false", "FALSE", "False": return .value(.bool(false))
      default: return .impossible
      }
    default: return .impossible
    }
  }

  private static func text(_ bytes: Span<UInt8>, _ scan: ValueScan) -> String {
    String(copying: bytes.extracting(scan.content))
  }
}
