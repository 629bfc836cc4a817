internal import Configuration
internal import Telemetry

extension ConfigNode {
  /// The node as the value of an attribute; nil for null.
  var attributeValue: AttributeValue? {
    switch content {
    case .null: nil
    case .bool(let value, _): .bool(value)
    case .int(let value, _): .int(Int64(value))
    case .double(let value, _): .double(value)
    case .string(let text): .string(text)
    case .bytes(let bytes, _): .bytes(bytes)
    case .list(let items): .array(items.map { $0.attributeValue ?? .string("") })
    case .mapping(let entries):
      .map(entries.map { AttributeValue.Entry($0.key, $0.value.attributeValue ?? .string("")) })
    }
  }
}

extension ConfigSection {
  /// The value of an attribute; nil where the key is absent or null.
  func attributeValue(_ key: String) -> AttributeValue? {
    node(key)?.attributeValue
  }
}
