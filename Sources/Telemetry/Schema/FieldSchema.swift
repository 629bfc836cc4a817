/// One field of a message, as its .proto declares it.
public struct FieldSchema: Sendable {
  /// The field's number on the wire.
  public let number: Int
  /// The name in the .proto, `snake_case`.
  public let name: String
  /// The name in JSON, `lowerCamelCase`.
  public let jsonName: String
  /// The type of the value, or of each value where the field is repeated.
  public let kind: FieldKind
  /// Whether there may be any number of values.
  public let isRepeated: Bool
  /// Whether a writer packs the values into one; a reader takes both forms.
  public let isPacked: Bool
  /// Whether at most one of several fields is set, or absence differs from zero.
  public let isInOneof: Bool
  /// Whether the bytes are an id, which OTLP/JSON writes in hex and not in base64.
  public let isHexID: Bool
  /// The schema of the values where `kind` is `.message`.
  public let message: MessageSchema?

  /// Fields of these names hold ids wherever they are bytes; OTLP, "JSON Protobuf Encoding".
  static let idNames: Set<String> = ["trace_id", "span_id", "parent_span_id", "profile_id"]

  /// `name` as proto3's JSON mapping writes it.
  static func jsonName(of name: String) -> String {
    var result: [UInt8] = []
    var raisesNext = false
    for byte in name.utf8 {
      if byte == UInt8(ascii: "_") {
        raisesNext = true
      } else {
        let isLower = byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z")
        result.append(raisesNext && isLower ? byte - 0x20 : byte)
        raisesNext = false
      }
    }
    return String(decoding: result, as: UTF8.self)
  }
}
