internal import COTLP

/// The schemas of every message that OTLP and its errors use, by full name.
struct SchemaTable: Sendable {
  /// The only table; made at first use.
  static let shared = SchemaTable()

  private var messages: [String: MessageSchema] = [:]

  private init() {
    // Each argument is a constant of the program; protoc-c made it.
    _ = unsafe add(
      opentelemetry__proto__collector__trace__v1__export_trace_service_request__descriptor)
    _ = unsafe add(
      opentelemetry__proto__collector__trace__v1__export_trace_service_response__descriptor)
    _ = unsafe add(
      opentelemetry__proto__collector__metrics__v1__export_metrics_service_request__descriptor)
    _ = unsafe add(
      opentelemetry__proto__collector__metrics__v1__export_metrics_service_response__descriptor)
    _ = unsafe add(
      opentelemetry__proto__collector__logs__v1__export_logs_service_request__descriptor)
    _ = unsafe add(
      opentelemetry__proto__collector__logs__v1__export_logs_service_response__descriptor)
    _ = unsafe add(
      opentelemetry__proto__collector__profiles__v1development__export_profiles_service_request__descriptor
    )
    _ = unsafe add(
      opentelemetry__proto__collector__profiles__v1development__export_profiles_service_response__descriptor
    )
    _ = unsafe add(google__rpc__status__descriptor)
    _ = unsafe add(google__rpc__retry_info__descriptor)
    _ = unsafe add(google__rpc__bad_request__descriptor)
  }

  /// The schema of the message with this name, which must be one that `init` reaches.
  func message(_ fullName: String) -> MessageSchema {
    guard let message = messages[fullName] else {
      preconditionFailure("no schema is called \(fullName)")
    }
    return message
  }

  /// The schema of `descriptor`, made with all those that it refers to where it is not there yet.
  private mutating func add(_ descriptor: ProtobufCMessageDescriptor) -> MessageSchema {
    // Every pointer in a generated descriptor leads to a constant of the program.
    let fullName = unsafe String(cString: descriptor.name)
    if let known = messages[fullName] { return known }
    let schema = MessageSchema(fullName: fullName)
    messages[fullName] = schema
    var fields: [FieldSchema] = []
    for index in 0..<Int(unsafe descriptor.n_fields) {
      // `n_fields` is the number of fields behind `fields`.
      fields.append(unsafe field(descriptor.fields[index]))
    }
    schema.define(fields)
    return schema
  }

  private mutating func field(_ descriptor: ProtobufCFieldDescriptor) -> FieldSchema {
    // Every pointer in a generated descriptor leads to a constant of the program.
    let name = unsafe String(cString: descriptor.name)
    let kind = unsafe FieldKind(descriptor.type)
    var message: MessageSchema?
    if kind == .message, let nested = unsafe descriptor.descriptor {
      // protobuf-c: `descriptor` is a message descriptor where the type is a message.
      message = unsafe add(nested.load(as: ProtobufCMessageDescriptor.self))
    }
    let flags = unsafe descriptor.flags
    return FieldSchema(
      number: Int(unsafe descriptor.id), name: name, jsonName: FieldSchema.jsonName(of: name),
      kind: kind, isRepeated: unsafe descriptor.label == PROTOBUF_C_LABEL_REPEATED,
      isPacked: flags & PROTOBUF_C_FIELD_FLAG_PACKED.rawValue != 0,
      isInOneof: flags & PROTOBUF_C_FIELD_FLAG_ONEOF.rawValue != 0,
      isHexID: kind == .bytes && FieldSchema.idNames.contains(name), message: message)
  }
}

extension FieldKind {
  fileprivate init(_ type: ProtobufCType) {
    switch type {
    case PROTOBUF_C_TYPE_INT32: self = .int32
    case PROTOBUF_C_TYPE_SINT32: self = .sint32
    case PROTOBUF_C_TYPE_SFIXED32: self = .sfixed32
    case PROTOBUF_C_TYPE_INT64: self = .int64
    case PROTOBUF_C_TYPE_SINT64: self = .sint64
    case PROTOBUF_C_TYPE_SFIXED64: self = .sfixed64
    case PROTOBUF_C_TYPE_UINT32: self = .uint32
    case PROTOBUF_C_TYPE_FIXED32: self = .fixed32
    case PROTOBUF_C_TYPE_UINT64: self = .uint64
    case PROTOBUF_C_TYPE_FIXED64: self = .fixed64
    case PROTOBUF_C_TYPE_FLOAT: self = .float
    case PROTOBUF_C_TYPE_DOUBLE: self = .double
    case PROTOBUF_C_TYPE_BOOL: self = .bool
    case PROTOBUF_C_TYPE_ENUM: self = .enumeration
    case PROTOBUF_C_TYPE_STRING: self = .string
    case PROTOBUF_C_TYPE_BYTES: self = .bytes
    case PROTOBUF_C_TYPE_MESSAGE: self = .message
    default: preconditionFailure("protobuf-c has no type \(type.rawValue)")
    }
  }
}
