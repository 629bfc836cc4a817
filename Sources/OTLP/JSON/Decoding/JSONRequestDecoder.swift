public import Bytes
public import Telemetry

/// Turns the JSON form of a message into its protobuf form in one pass, without a tree.
///
/// It follows OTLP, "JSON Protobuf Encoding": keys in lowerCamelCase, unknown keys are ignored,
/// ids in hex, enum values as integers, and integers as numbers or in strings. Lengths of ids are
/// not checked. A value that is written is kept, also where it is the default; null is absence.
public enum JSONRequestDecoder {
  /// Appends the wire bytes of an export request for `signal` to `buffer`.
  ///
  /// On an error the buffer is as it was before.
  ///
  /// - Parameter maximumByteCount: The most bytes that the message may have. Without it they are
  ///   at most five times the bytes of the text.
  /// - Throws: Where and why `json` is not such a request.
  public static func decode(
    _ json: Span<UInt8>, as signal: Signal, maximumByteCount: Int = .max,
    into buffer: inout ByteBuffer
  ) throws(JSONError) {
    try decode(
      json, JSONTable.request(for: signal), maximumByteCount: maximumByteCount, into: &buffer)
  }

  /// Appends the wire bytes of a message of this schema to `buffer`; meant for rare messages.
  ///
  /// - Throws: Where and why `json` is not such a message.
  public static func decode(
    _ json: Span<UInt8>, schema: MessageSchema, maximumByteCount: Int = .max,
    into buffer: inout ByteBuffer
  ) throws(JSONError) {
    try decode(json, JSONTable(schema), maximumByteCount: maximumByteCount, into: &buffer)
  }

  private static func decode(
    _ json: Span<UInt8>, _ table: JSONTable, maximumByteCount: Int, into buffer: inout ByteBuffer
  ) throws(JSONError) {
    let start = buffer.count
    let (limit, overflow) = start.addingReportingOverflow(maximumByteCount)
    var output = ByteBuffer()
    swap(&output, &buffer)
    var decoder = JSONMessageDecoder(
      json, table, limit: overflow ? .max : limit, appendingTo: output)
    do {
      try decoder.decodeAll()
    } catch {
      decoder.output.truncate(to: start)
      swap(&decoder.output, &buffer)
      throw error
    }
    swap(&decoder.output, &buffer)
  }
}
