import Bytes
import Telemetry
import Testing

@testable import OTLP

@Suite struct JSONRequestEncoderTests {
  private func wire(_ body: (inout ByteBuffer) -> Void) -> [UInt8] {
    var buffer = ByteBuffer()
    body(&buffer)
    return buffer.takeSlice().array
  }

  /// A request with one span that has these fields.
  private func span(_ body: (inout ByteBuffer) -> Void) -> [UInt8] {
    wire { $0.appendField(1) { $0.appendField(2) { $0.appendField(2, body) } } }
  }

  private func spanText(_ body: (inout ByteBuffer) -> Void) throws -> String {
    String(try encoded(span(body)).dropFirst(44).dropLast(7))
  }

  @Test("no bytes are an empty object")
  func empty() throws {
    #expect(try encoded() == "{}")
  }

  @Test("JSON mapping: 64-bit integers are written as decimal strings")
  func integers() throws {
    let text = try spanText { buffer in
      buffer.appendTag(7, .fixed64)
      buffer.appendFixed64(.max)
      buffer.appendTag(16, .fixed32)
      buffer.appendFixed32(.max)
    }
    #expect(text == #""startTimeUnixNano":"18446744073709551615","flags":4294967295"#)
  }

  @Test("repeated fields that do not lie together become one array")
  func scatteredRepeated() throws {
    let text = try spanText { buffer in
      buffer.appendField(9) { $0.appendField(1, text: "a") }
      buffer.appendField(5, text: "n")
      buffer.appendField(9) { $0.appendField(1, text: "b") }
    }
    #expect(text == #""name":"n","attributes":[{"key":"a"},{"key":"b"}]"#)
  }

  @Test("of a scalar the last value counts, and messages merge")
  func repeatedSingular() throws {
    let text = try spanText { buffer in
      buffer.appendField(15) { $0.appendField(2, text: "old") }
      buffer.appendField(5, text: "old")
      buffer.appendField(5, text: "new")
      buffer.appendField(15) { $0.appendField(3, varint: 2) }
      buffer.appendField(15) { $0.appendField(2, text: "new") }
    }
    #expect(text == #""name":"new","status":{"message":"new","code":2}"#)
  }

  @Test("unknown fields and fields of another wire type are left out")
  func unknownFields() throws {
    let text = try spanText { buffer in
      buffer.appendField(999, text: "?")
      buffer.appendField(5, varint: 1)
      buffer.appendField(5, text: "n")
      buffer.appendTag(998, .fixed32)
      buffer.appendFixed32(1)
    }
    #expect(text == #""name":"n""#)
  }

  @Test("numbers are read packed and not packed, also mixed")
  func packed() throws {
    let bytes = wire {
      $0.appendField(1) {
        $0.appendField(2) {
          $0.appendField(2) {
            $0.appendField(9) {
              $0.appendField(1) { buffer in
                buffer.appendField(6) { _ in }
                buffer.appendTag(6, .fixed64)
                buffer.appendFixed64(1)
                buffer.appendField(6) { buffer in
                  buffer.appendFixed64(2)
                  buffer.appendFixed64(3)
                }
                buffer.appendField(6) { _ in }
              }
            }
          }
        }
      }
    }
    #expect(try encoded(bytes, as: .metrics).contains(#""bucketCounts":["1","2","3"]"#))
  }

  @Test("text is escaped and what is not UTF-8 becomes U+FFFD")
  func strings() throws {
    let bytes: [UInt8] = [0x61, 0x22, 0x5C, 0x00, 0x1F, 0x0A, 0x7F, 0xC3, 0xA9, 0xFF, 0xE2, 0x82]
    let text = try spanText { $0.appendField(5, bytes: bytes.span) }
    #expect(text == "\"name\":\"a\\\"\\\\\\u0000\\u001f\\n\u{7F}\u{E9}\u{FFFD}\u{FFFD}\u{FFFD}\"")
  }

  @Test("a request of which an edit handed most on is written like its bytes")
  func edited() throws {
    var request = ByteBuffer()
    request.appendField(1) { group in
      group.appendField(2) { scope in
        for _ in 0..<400 { scope.appendField(2) { $0.appendField(5, text: "a name of a span") } }
      }
    }
    let edit = AttributeEdit.set(AttributeKey("a"), .literal(.int(1)), .upsert)
    let edited = try Payload(request.takeSlice(), itemCount: 400).rewritten(
      by: RewriteProgram([RewriteStage(.resource, [edit])]), signal: .traces, origin: Origin()
    ).payload
    try #require(edited.pieces.count > 1)
    var rope = ByteBuffer()
    try JSONRequestEncoder.encode(edited, as: .traces, into: &rope)
    var slice = ByteBuffer()
    try JSONRequestEncoder.encode(
      Payload(edited.joined(), itemCount: 400), as: .traces, into: &slice)
    #expect(rope.takeSlice() == slice.takeSlice())
  }

  @Test("slices of requests join in one array; the profiles' dictionary is merged")
  func slices() throws {
    let one = wire { $0.appendField(1) { _ in } }
    #expect(try encoded(one, one) == #"{"resourceSpans":[{},{}]}"#)
    #expect(try encoded(one, one, as: .logs) == #"{"resourceLogs":[{},{}]}"#)
    let two = wire { $0.appendField(2) { $0.appendField(5, text: "a") } }
    #expect(
      try encoded(one, two, one, two, as: .profiles)
        == #"{"resourceProfiles":[{},{}],"dictionary":{"stringTable":["a","a"]}}"#)
  }

  @Test("malformed bytes are an error and leave the buffer as it was")
  func malformed() {
    var buffer = ByteBuffer()
    buffer.append(7)
    let good = Payload(ByteSlice(wire { $0.appendField(1) { _ in } }), itemCount: 1)
    var payload = good
    payload.append(Payload(ByteSlice([0x0A, 0x05, 0x00]), itemCount: 1))
    #expect((try? JSONRequestEncoder.encode(payload, as: .traces, into: &buffer)) == nil)
    #expect(buffer.takeSlice().array == [7])
  }

  @Test("messages behind 100 others are refused, in order and merged")
  func nesting() {
    var value: [UInt8] = []
    for _ in 0..<100 {
      value = wire { $0.appendField(5) { $0.appendField(1, bytes: value.span) } }
    }
    let plain = span { $0.appendField(9) { $0.appendField(2, bytes: value.span) } }
    #expect(throws: WireError.self) { try encoded(plain) }
    var merged: [UInt8] = []
    for _ in 0..<100 {
      merged = wire { buffer in
        buffer.appendField(5) { _ in }
        buffer.appendField(5) { $0.appendField(1, bytes: merged.span) }
      }
    }
    let scattered = span { $0.appendField(9) { $0.appendField(2, bytes: merged.span) } }
    #expect(throws: WireError.self) { try encoded(scattered) }
  }

  @Test(
    "a message of any schema is written",
    arguments: [("{\"code\":3,\"message\":\"m\"}", [0x08, 0x03, 0x12, 0x01, 0x6D] as [UInt8])])
  func anySchema(text: String, bytes: [UInt8]) throws {
    var buffer = ByteBuffer()
    try JSONRequestEncoder.encode(bytes.span, schema: .status, into: &buffer)
    #expect(buffer.takeSlice().text == text)
    try JSONRequestDecoder.decode(Array(text.utf8).span, schema: .status, into: &buffer)
    #expect(buffer.takeSlice().array == bytes)
  }
}
