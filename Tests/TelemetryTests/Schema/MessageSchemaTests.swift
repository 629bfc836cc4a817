import Telemetry
import Testing

@Suite struct MessageSchemaTests {
  @Test("a field is found by number")
  func lookup() throws {
    let span = MessageSchema.span
    #expect(span.fullName == "opentelemetry.proto.trace.v1.Span")
    #expect(span.fields.map(\.number) == Array(1...16))
    for field in span.fields {
      #expect(span.field(number: field.number)?.name == field.name)
    }
    #expect(span.field(number: 0) == nil)
    #expect(span.field(number: -1) == nil)
    #expect(span.field(number: 17) == nil)
  }

  @Test("JSON names are lowerCamelCase")
  func jsonNames() {
    #expect(MessageSchema.span.field(number: 7)?.jsonName == "startTimeUnixNano")
    #expect(MessageSchema.metric.field(number: 10)?.jsonName == "exponentialHistogram")
    #expect(MessageSchema.keyValue.field(named: "key_strindex")?.jsonName == "keyStrindex")
  }

  @Test("only id fields are hex in JSON")
  func hexIDs() {
    let hex = MessageSchema.span.fields.filter(\.isHexID).map(\.name)
    #expect(hex == ["trace_id", "span_id", "parent_span_id"])
    #expect(MessageSchema.profile.fields.filter(\.isHexID).map(\.name) == ["profile_id"])
    #expect(MessageSchema.anyValue.field(named: "bytes_value")?.isHexID == false)
  }

  @Test("repeated numbers are packed, repeated messages are not")
  func packing() throws {
    let data = try #require(MessageSchema.metric.field(named: "histogram")?.message)
    let point = try #require(data.field(number: 1)?.message)
    #expect(point.field(named: "bucket_counts")?.isPacked == true)
    #expect(point.field(named: "explicit_bounds")?.kind == .double)
    #expect(point.field(named: "attributes")?.isPacked == false)
  }

  @Test("a value's schema refers to itself")
  func recursion() {
    let array = MessageSchema.anyValue.field(named: "array_value")?.message
    #expect(array?.field(number: 1)?.message === MessageSchema.anyValue)
  }

  @Test("every signal has a request and a response", arguments: Signal.allCases)
  func services(signal: Signal) {
    #expect(MessageSchema.request(for: signal).field(number: 1)?.isRepeated == true)
    let partial = MessageSchema.response(for: signal).field(number: 1)?.message
    #expect(partial?.field(number: 1)?.kind == .int64)
    #expect(partial?.field(number: 2)?.jsonName == "errorMessage")
  }
}

extension MessageSchema {
  /// The field that the .proto calls `name`.
  fileprivate func field(named name: String) -> FieldSchema? {
    fields.first { $0.name == name }
  }
}
