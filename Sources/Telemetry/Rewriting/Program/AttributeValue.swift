public import Bytes

/// A value that an attribute can have.
public enum AttributeValue: Sendable, Equatable {
  /// Text.
  case string(String)
  /// A truth value.
  case bool(Bool)
  /// A signed integer.
  case int(Int64)
  /// A floating-point number.
  case double(Double)
  /// Bytes.
  case bytes([UInt8])
  /// Values in order.
  case array([AttributeValue])
  /// Entries in order.
  case map([Entry])

  /// A key and value of a map.
  public struct Entry: Sendable, Equatable {
    /// The key.
    public let key: String
    /// The value.
    public let value: AttributeValue

    /// An entry of this key and value.
    public init(_ key: String, _ value: AttributeValue) {
      self.key = key
      self.value = value
    }
  }

  /// The fields of the value as an `AnyValue` message.
  public var encoded: ByteSlice {
    var buffer = ByteBuffer(minimumCapacity: 32)
    append(to: &buffer)
    return buffer.takeSlice()
  }

  /// Appends the fields of the value as an `AnyValue` message.
  func append(to buffer: inout ByteBuffer) {
    switch self {
    case .string(let text): buffer.appendField(1, text: text)
    case .bool(let value): buffer.appendField(2, varint: value ? 1 : 0)
    case .int(let value): buffer.appendField(3, varint: UInt64(bitPattern: value))
    case .double(let value): buffer.appendField(4, double: value)
    case .array(let values):
      buffer.appendField(5) { array in
        for value in values { array.appendField(1) { value.append(to: &$0) } }
      }
    case .map(let entries):
      buffer.appendField(6) { map in
        for entry in entries {
          map.appendField(1) { pair in
            if !entry.key.isEmpty { pair.appendField(1, text: entry.key) }
            pair.appendField(2) { entry.value.append(to: &$0) }
          }
        }
      }
    case .bytes(let bytes): buffer.appendField(7, bytes: bytes.span)
    }
  }
}
