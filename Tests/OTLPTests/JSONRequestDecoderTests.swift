import Bytes
import Telemetry
import Testing

@testable import OTLP

@Suite struct JSONRequestDecoderTests {
  /// A request with one span that has these fields.
  private static func span(_ fields: String) -> String {
    #"{"resourceSpans":[{"scopeSpans":[{"spans":[{\#(fields)}]}]}]}"#
  }

  /// A request with one attribute of this value.
  private static func value(_ value: String) -> String {
    span(#""attributes":[{"key":"k","value":\#(value)}]"#)
  }

  /// A request with one data point that has these fields.
  private static func point(_ fields: String) -> String {
    #"{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"gauge":{"dataPoints":[{\#(fields)}]}}]}]}]}"#
  }

  private func spanText(_ fields: String) throws -> String {
    let text = try normalised(Self.span(fields))
    return String(text.dropFirst(44).dropLast(7))
  }

  @Test(
    "JSON mapping: ids are hex in either case and written in lower case",
    arguments: ["traceId", "spanId", "parentSpanId"])
  func hexIDs(name: String) throws {
    #expect(try spanText(#""\#(name)":"5B8efff798038103""#) == #""\#(name)":"5b8efff798038103""#)
  }

  @Test("JSON mapping: ids of links, exemplars, log records and profiles are hex")
  func hexIDsElsewhere() throws {
    let link = #""links":[{"traceId":"00ff","spanId":"0a"}]"#
    #expect(try spanText(link) == link)
    let log = #"{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"traceId":"ab","spanId":"cd"}]}]}]}"#
    #expect(try normalised(log, as: .logs) == log)
    let exemplar = Self.point(#""exemplars":[{"spanId":"ab","traceId":"cd"}]"#)
    #expect(try normalised(exemplar, as: .metrics) == exemplar)
    let profile =
      #"{"resourceProfiles":[{"scopeProfiles":[{"profiles":[{"profileId":"00ff"}]}]}]}"#
    #expect(try normalised(profile, as: .profiles) == profile)
  }

  @Test("JSON mapping: enum values are integers")
  func enumInteger() throws {
    #expect(try spanText(#""kind":2,"status":{"code":1}"#) == #""kind":2,"status":{"code":1}"#)
    #expect(try spanText(#""kind":99"#) == #""kind":99"#)
  }

  @Test("JSON mapping: unknown keys of any shape are ignored")
  func unknownKeys() throws {
    let unknown = #""x":{"a":[1,{"b":null}],"c":"\u00e9"},"y":[[],{}],"z":-1.5e+3,"w":true,"v":"""#
    #expect(try spanText(unknown + #","name":"n""#) == #""name":"n""#)
  }

  @Test("JSON mapping: snake_case keys are not valid, so they are unknown")
  func snakeCase() throws {
    #expect(
      try spanText(#""trace_id":"zz","start_time_unix_nano":{},"name":"n""#) == #""name":"n""#)
    #expect(try decoded(#"{"resource_spans":[{}]}"#).isEmpty)
  }

  @Test(
    "JSON mapping: 64-bit integers are read from strings and numbers",
    arguments: [
      ("\"18446744073709551615\"", "18446744073709551615"),
      ("18446744073709551615", "18446744073709551615"), ("0", "0"), ("1e3", "1000"),
      ("\"1.5e1\"", "15"), ("12.00", "12"), ("1200e-2", "12"), ("-0", "0"), ("0.0e9", "0"),
      ("1000000000000000000000e-3", "1000000000000000000"), ("10E+18", "10000000000000000000"),
      ("0e999999999999999999999", "0"),
    ])
  func unsigned(text: String, value: String) throws {
    #expect(try spanText("\"endTimeUnixNano\":\(text)") == "\"endTimeUnixNano\":\"\(value)\"")
  }

  @Test(
    "signed 64-bit integers keep their sign and their ends",
    arguments: ["-9223372036854775808", "9223372036854775807", "-1", "0"])
  func signed(text: String) throws {
    let json = Self.value(#"{"intValue":"\#(text)"}"#)
    #expect(try normalised(json) == json)
    #expect(try normalised(Self.value(#"{"intValue":\#(text)}"#)) == json)
  }

  @Test(
    "proto3 JSON: doubles are read from numbers and strings",
    arguments: [
      ("\"NaN\"", "\"NaN\""), ("\"Infinity\"", "\"Infinity\""), ("\"-Infinity\"", "\"-Infinity\""),
      ("\"1.5\"", "1.5"), ("1e-7", "1e-07"), ("-0.0", "-0.0"), ("0.1", "0.1"), ("1E2", "100"),
      ("1.7976931348623157e308", "1.7976931348623157e+308"), ("5e-324", "5e-324"), ("1e-400", "0"),
      ("123456789012345678901234567890", "1.2345678901234568e+29"),
      ("9007199254740993", "9007199254740992"), ("0.30000000000000004", "0.30000000000000004"),
      ("2.2250738585072011e-308", "2.225073858507201e-308"),
    ])
  func doubles(text: String, written: String) throws {
    let json = try normalised(Self.point("\"asDouble\":\(text)"), as: .metrics)
    #expect(json == Self.point("\"asDouble\":\(written)"))
  }

  @Test(
    "other bytes are base64 in either alphabet, with padding or without",
    arguments: [
      ("+/+/", "+/+/"), ("-_-_", "+/+/"), ("AA==", "AA=="), ("AA", "AA=="), ("AAA=", "AAA="),
      ("AAA", "AAA="), ("", ""), (#"\/\/\/\/"#, "////"),
    ])
  func base64(text: String, written: String) throws {
    let json = try normalised(Self.value(#"{"bytesValue":"\#(text)"}"#))
    #expect(json == Self.value(#"{"bytesValue":"\#(written)"}"#))
  }

  @Test("all escapes and surrogate pairs are resolved, in keys too")
  func escapes() throws {
    #expect(
      try spanText(#""\u006eame":"\"\\\/\b\f\n\r\t\u00e9\ud83d\udc26""#)
        == #""name":"\"\\/\b\f\n\r\t\#("\u{e9}\u{1F426}")""#)
  }

  @Test("null is absence and a value that is written is kept")
  func presence() throws {
    #expect(try decoded(#"{"resourceSpans":null}"#).isEmpty)
    #expect(try spanText(#""traceId":null,"status":null,"kind":null,"name":"""#) == #""name":"""#)
    for kept in [
      Self.value(#"{"stringValue":""}"#), Self.value(#"{"boolValue":false}"#), Self.value("{}"),
      Self.value(#"{"arrayValue":{}}"#), Self.value(#"{"intValue":"0"}"#),
      #"{"resourceSpans":[{"resource":{}}]}"#, #"{"resourceSpans":[{},{}]}"#, "{}",
    ] {
      #expect(try normalised(kept) == kept)
    }
  }

  @Test("of a key that is there twice the last value counts, and arrays join")
  func duplicateKeys() throws {
    #expect(try spanText(#""name":"a","name":"b""#) == #""name":"b""#)
    #expect(
      try normalised(#"{"resourceSpans":[{}],"resourceSpans":[{}]}"#)
        == #"{"resourceSpans":[{},{}]}"#)
  }

  @Test("packed numbers come out packed, and an empty array is nothing")
  func packed() throws {
    let json =
      #"{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"histogram":{"dataPoints":"#
      + #"[{"bucketCounts":["1","18446744073709551615"],"explicitBounds":[0.5,"NaN"]}]}}]}]}]}"#
    #expect(try normalised(json, as: .metrics) == json)
    let empty = Self.point(#""attributes":[]"#)
    #expect(try normalised(empty, as: .metrics) == Self.point(""))
  }

  @Test(
    "what is wrong is said with path and offset",
    arguments: [
      (span(#""startTimeUnixNano":true"#), JSONError.Reason.expectedInteger, "startTimeUnixNano"),
      (span(#""startTimeUnixNano":"""#), .expectedInteger, "startTimeUnixNano"),
      (span(#""startTimeUnixNano":" 1""#), .expectedInteger, "startTimeUnixNano"),
      (span(#""startTimeUnixNano":1.5"#), .expectedInteger, "startTimeUnixNano"),
      (span(#""startTimeUnixNano":1e-1"#), .expectedInteger, "startTimeUnixNano"),
      (span(#""startTimeUnixNano":-1"#), .integerOutOfRange, "startTimeUnixNano"),
      (span(#""startTimeUnixNano":18446744073709551616"#), .integerOutOfRange, "startTimeUnixNano"),
      (span(#""startTimeUnixNano":1e20"#), .integerOutOfRange, "startTimeUnixNano"),
      (span(#""startTimeUnixNano":1e999999999999"#), .integerOutOfRange, "startTimeUnixNano"),
      (span(#""flags":4294967296"#), .integerOutOfRange, "flags"),
      (span(#""kind":2147483648"#), .integerOutOfRange, "kind"),
      (span(#""kind":"SPAN_KIND_SERVER""#), .enumName, "kind"),
      (span(#""traceId":"abc""#), .expectedHex, "traceId"),
      (span(#""traceId":"zz""#), .expectedHex, "traceId"),
      (span(#""traceId":7"#), .expectedHex, "traceId"),
      (span(#""name":7"#), .expectedString, "name"),
      (span(#""status":[]"#), .expectedObject, "status"),
      (span(#""links":{}"#), .expectedArray, "links"),
      (span(#""links":[{},null]"#), .nullElement, "links[1]"),
      (span(#""links":[{},{"flags":""}]"#), .expectedInteger, "links[1].flags"),
      (span(#""name":"\ud800""#), .loneSurrogate, "name"),
      (span(#""name":"\ud800\u0041""#), .loneSurrogate, "name"),
      (span(#""name":"\udc00""#), .loneSurrogate, "name"),
      (span(#""name":"\x""#), .badEscape, "name"),
      (span(#""name":"\u12g4""#), .badEscape, "name"),
      (span("\"name\":\"\u{1}\""), .controlCharacter, "name"),
      (span(#""flags":01"#), .badNumber, "flags"),
      (span(#""flags":1."#), .badNumber, "flags"),
      (span(#""flags":-"#), .badNumber, "flags"),
      (span(#""flags":1e"#), .badNumber, "flags"),
      (span(#""flags":.5"#), .unexpectedByte, "flags"),
      (span(#""flags":+5"#), .unexpectedByte, "flags"),
      (span(#""flags":NaN"#), .unexpectedByte, "flags"),
      (value(#"{"bytesValue":"A"}"#), .expectedBase64, "attributes[0].value.bytesValue"),
      (value(#"{"bytesValue":"A==="}"#), .expectedBase64, "attributes[0].value.bytesValue"),
      (value(#"{"bytesValue":"AA=A"}"#), .expectedBase64, "attributes[0].value.bytesValue"),
      (value(#"{"boolValue":"true"}"#), .expectedBool, "attributes[0].value.boolValue"),
      (value(#"{"boolValue":1}"#), .expectedBool, "attributes[0].value.boolValue"),
      (value(#"{"boolValue":tru}"#), .unexpectedByte, "attributes[0].value.boolValue"),
      (value(#"{"doubleValue":1e309}"#), .numberOutOfRange, "attributes[0].value.doubleValue"),
      (value(#"{"doubleValue":"inf"}"#), .expectedNumber, "attributes[0].value.doubleValue"),
      (value(#"{"doubleValue":"1e"}"#), .expectedNumber, "attributes[0].value.doubleValue"),
    ])
  func errors(json: String, reason: JSONError.Reason, path: String) {
    let error = #expect(throws: JSONError.self) { try decoded(json) }
    #expect(error?.reason == reason)
    #expect(error?.path == "resourceSpans[0].scopeSpans[0].spans[0]." + path)
    #expect((error?.offset ?? 0) > 40)
  }

  @Test(
    "what is no JSON object is refused",
    arguments: [
      ("", JSONError.Reason.truncated), ("[]", .expectedObject), ("null", .expectedObject),
      ("{}x", .trailingBytes), ("{}{}", .trailingBytes), ("{\"a\":1,}", .unexpectedByte),
      ("{,}", .unexpectedByte), ("{\"a\" 1}", .unexpectedByte), ("{\"a\":[1,]}", .unexpectedByte),
      ("{\"a\":[1 2]}", .unexpectedByte), ("{'a':1}", .unexpectedByte), ("{\"a\":01}", .badNumber),
      ("\u{FEFF}{}", .byteOrderMark), ("{} // comment", .trailingBytes), ("{a:1}", .unexpectedByte),
      ("{\"a\":" + String(repeating: "1", count: 1025) + "}", .numberTooLong),
    ])
  func notJSON(json: String, reason: JSONError.Reason) {
    let error = #expect(throws: JSONError.self) { try decoded(json) }
    #expect(error?.reason == reason)
  }

  @Test(
    "text that is not UTF-8 is refused",
    arguments: [
      [0x80], [0xC0, 0x80], [0xC3], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80],
      [0xF0, 0x80, 0x80, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFF],
      [0xE2, 0x82],
    ] as [[UInt8]])
  func invalidUTF8(sequence: [UInt8]) {
    let known = Array(#"{"resourceSpans":[{"schemaUrl":"a"#.utf8) + sequence + Array(#""}]}"#.utf8)
    let unknown = Array(#"{"a":""#.utf8) + sequence + Array(#""}"#.utf8)
    for bytes in [known, unknown] {
      let error = #expect(throws: JSONError.self) { try decoded(bytes) }
      #expect(error?.reason == .invalidUTF8)
    }
  }

  @Test("an error reads as a sentence with path and offset")
  func errorText() {
    let json = Self.span(#""startTimeUnixNano":true"#)
    let error = #expect(throws: JSONError.self) { try decoded(json) }
    #expect(
      error?.description == "resourceSpans[0].scopeSpans[0].spans[0].startTimeUnixNano: "
        + "expected an integer at offset 64")
  }

  @Test("messages behind 100 others are refused, in known and in unknown fields")
  func nesting() throws {
    func nested(_ count: Int) -> String {
      let open = String(repeating: #"{"arrayValue":{"values":["#, count: count)
      return Self.value(open + "{}" + String(repeating: "]}}", count: count))
    }
    _ = try decoded(nested(40))
    for text in [
      nested(60), nested(100_000), #"{"a":"# + String(repeating: "[", count: 100_000),
      String(repeating: #"{"a":"#, count: 100_000),
    ] {
      let error = #expect(throws: JSONError.self) { try decoded(text) }
      #expect(error?.reason == .nestedTooDeep)
    }
    let deepest = String(repeating: "[", count: 99) + String(repeating: "]", count: 99)
    #expect(try decoded(#"{"a":\#(deepest)}"#).isEmpty)
  }

  @Test("no more bytes are written than the caller allows, and none on an error")
  func outputLimit() throws {
    let bounds = [String](repeating: "1", count: 10_000).joined(separator: ",")
    let json =
      #"{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"histogram":{"dataPoints":"#
      + #"[{"explicitBounds":[\#(bounds)]}]}}]}]}]}"#
    var buffer = ByteBuffer()
    buffer.append(7)
    let reason: JSONError.Reason?
    do throws(JSONError) {
      try JSONRequestDecoder.decode(
        Array(json.utf8).span, as: .metrics, maximumByteCount: 5000, into: &buffer)
      reason = nil
    } catch {
      reason = error.reason
    }
    #expect(reason == .outputTooLarge)
    let bytes = buffer.takeSlice().array
    #expect(bytes == [7])
    let all = try decoded(json, as: .metrics)
    #expect(all.count < json.utf8.count * 5)
  }
}
