public import Bytes
public import Telemetry

/// Turns the protobuf form of a message into its JSON form, without a tree and without white space.
///
/// It follows OTLP, "JSON Protobuf Encoding": keys in lowerCamelCase, ids in lower-case hex, enum
/// values as integers, 64-bit integers in strings. What is on the wire is written, also where it is
/// the default; what is not is left out, as are unknown fields. Invalid UTF-8 becomes U+FFFD.
public enum JSONRequestEncoder {
  /// Appends the export request for `signal` that `payload` holds; all its slices are one object.
  ///
  /// On an error the buffer is as it was before.
  ///
  /// - Throws: Why and where in its slice the payload is not protobuf.
  public static func encode(
    _ payload: Payload, as signal: Signal, into buffer: inout ByteBuffer
  ) throws(WireError) {
    let table = JSONTable.request(for: signal)
    if payload.pieces.count > 1, table.rootFieldsAreRepeated {
      try encodeSlices(payload.slices, table, into: &buffer)
    } else {
      try encode(payload.joined().span, table, into: &buffer)
    }
  }

  /// Appends the message of this schema that `wire` holds; meant for rare messages.
  ///
  /// - Throws: Why and where `wire` is not protobuf.
  public static func encode(
    _ wire: Span<UInt8>, schema: MessageSchema, into buffer: inout ByteBuffer
  ) throws(WireError) {
    try encode(wire, JSONTable(schema), into: &buffer)
  }

  private static func encode(
    _ wire: Span<UInt8>, _ table: JSONTable, into buffer: inout ByteBuffer
  ) throws(WireError) {
    try append(wire, table, to: &buffer) { (encoder) throws(WireError) in
      try encoder.encodeMessage(0, in: 0..<encoder.bytes.count, depth: 0)
    }
  }

  private static func encodeSlices(
    _ slices: [ByteSlice], _ table: JSONTable, into buffer: inout ByteBuffer
  ) throws(WireError) {
    let start = buffer.count
    buffer.append(UInt8(ascii: "{"))
    do {
      for field in table.messages[0].fields {
        var isOpen = false
        for slice in slices {
          try append(slice.span, table, to: &buffer) { (encoder) throws(WireError) in
            try encoder.encodeElements(of: field, isOpen: &isOpen)
          }
        }
        if isOpen { buffer.append(UInt8(ascii: "]")) }
      }
    } catch {
      buffer.truncate(to: start)
      throw error
    }
    buffer.append(UInt8(ascii: "}"))
  }

  /// Lets `body` encode from `wire` behind what the buffer holds; takes that back on an error.
  private static func append(
    _ wire: Span<UInt8>, _ table: JSONTable, to buffer: inout ByteBuffer,
    _ body: (inout JSONMessageEncoder) throws(WireError) -> Void
  ) throws(WireError) {
    let start = buffer.count
    var output = ByteBuffer()
    swap(&output, &buffer)
    var encoder = JSONMessageEncoder(wire, table, appendingTo: output)
    do {
      try body(&encoder)
    } catch {
      encoder.output.truncate(to: start)
      swap(&encoder.output, &buffer)
      throw error
    }
    swap(&encoder.output, &buffer)
  }
}

extension JSONTable {
  /// Whether requests of this kind join by joining their arrays.
  fileprivate var rootFieldsAreRepeated: Bool {
    messages[0].fields.allSatisfy { fields[$0].isRepeated }
  }
}
