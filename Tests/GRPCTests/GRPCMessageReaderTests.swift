import Bytes
import GRPC
import Testing

@Suite struct GRPCMessageReaderTests {
  static let payload = Array("one message of a unary call".utf8)

  static func wire(compressed: Bool = false) -> [UInt8] {
    GRPCFraming.prefix(length: payload.count, compressed: compressed).array + payload
  }

  /// Feeds `bytes` in parts of `step` and finishes.
  static func read(
    _ bytes: [UInt8], step: Int = .max, limit: Int = 1000
  ) throws(GRPCStatus) -> GRPCMessage {
    var reader = GRPCMessageReader(limit: limit)
    var start = 0
    while start < bytes.count {
      let end = start + min(step, bytes.count - start)
      try reader.receive(Array(bytes[start..<end]).span)
      start = end
    }
    return try reader.finish()
  }

  @Test("writes the prefix that the protocol document names (Length-Prefixed-Message)")
  func prefix() {
    #expect(GRPCFraming.prefix(length: 0x0102_0304, compressed: false).array == [0, 1, 2, 3, 4])
    #expect(GRPCFraming.prefix(length: 0, compressed: true).array == [1, 0, 0, 0, 0])
  }

  @Test("reads a message cut into parts of every size", arguments: 1...33)
  func split(step: Int) throws {
    for compressed in [false, true] {
      let message = try Self.read(Self.wire(compressed: compressed), step: step)
      #expect(message.bytes.array == Self.payload)
      #expect(message.isCompressed == compressed)
    }
  }

  @Test("reads an empty message")
  func empty() throws {
    let message = try Self.read([0, 0, 0, 0, 0])
    #expect(message == GRPCMessage(bytes: .empty, isCompressed: false))
  }

  @Test("refuses a stream that ends before the message does, at every byte")
  func truncation() {
    let wire = Self.wire()
    for end in 0..<wire.count {
      #expect(throws: GRPCStatus.self) { try Self.read(Array(wire[..<end])) }
    }
  }

  @Test(
    "says what is wrong",
    arguments: [
      ([], GRPCStatus(.internal, "the stream ended without a message")),
      ([0, 0], GRPCStatus(.internal, "the stream ended within a message prefix")),
      (
        [0, 0, 0, 0, 2, 9],
        GRPCStatus(.internal, "the stream ended within a message (1 of 2 bytes)")
      ),
      ([2, 0, 0, 0, 0], GRPCStatus(.internal, "malformed message prefix: compressed flag 2")),
      ([0, 0, 0, 0, 0, 0], GRPCStatus(.internal, "more than one message in a unary call")),
      (
        [0, 0, 0, 3, 0xE9],
        GRPCStatus(.resourceExhausted, "received message larger than max (1001 vs. 1000)")
      ),
      (
        [0, 255, 255, 255, 255],
        GRPCStatus(.resourceExhausted, "received message larger than max (4294967295 vs. 1000)")
      ),
    ] as [([UInt8], GRPCStatus)])
  func errors(bytes: [UInt8], status: GRPCStatus) {
    #expect(throws: status) { try Self.read(bytes) }
    #expect(throws: status) { try Self.read(bytes, step: 1) }
  }

  @Test("asks for admission once, when the length is known and before a byte of it is kept")
  func admission() throws {
    var reader = GRPCMessageReader(limit: 1000)
    var asked: [Int] = []
    let admit = { (length: Int) throws(GRPCStatus) in asked.append(length) }
    for byte in Self.wire() {
      try reader.receive([byte].span, admit: admit)
    }
    #expect(asked == [Self.payload.count])
    let length = reader.declaredLength
    #expect(length == Self.payload.count)
  }

  @Test("fails for good when it is not admitted")
  func refused() {
    let busy = GRPCStatus(.unavailable, "busy")
    #expect(throws: busy) {
      var reader = GRPCMessageReader(limit: 1000)
      try? reader.receive(Self.wire().span) { (_) throws(GRPCStatus) in throw busy }
      try reader.receive([1].span)
    }
    #expect(throws: busy) {
      var reader = GRPCMessageReader(limit: 1000)
      try? reader.receive(Self.wire().span) { (_) throws(GRPCStatus) in throw busy }
      _ = try reader.finish()
    }
  }

  @Test("takes memory once for the whole message")
  func memory() throws {
    let message = try Self.read(Self.wire(), step: 1)
    #expect(message.bytes.retainedByteCount == Self.payload.count)
  }

  @Test("knows the names of encodings")
  func encoding() {
    #expect(GRPCEncoding(field: nil) == .identity)
    #expect(GRPCEncoding(field: "gzip") == .gzip)
    #expect(GRPCEncoding(field: "br") == nil)
  }
}
