internal import Bytes

/// Reads the one message of a unary call's direction from the stream's DATA, however it is cut.
///
/// Memory is taken once, when the declared length is known, is within `limit`, and has been
/// admitted. After an error the reader stays failed with the same status.
public struct GRPCMessageReader: ~Copyable {
  private let limit: Int
  private var prefix: (flag: UInt8, length: UInt32) = (0, 0)
  private var prefixCount = 0
  private var payload = ByteBuffer()
  private var failure: GRPCStatus?

  /// The number of bytes that the message's prefix announced, once it has come.
  public private(set) var declaredLength: Int?

  /// A reader for a message of at most `limit` bytes, counted as they are on the wire.
  public init(limit: Int) {
    self.limit = limit
  }

  /// Takes the next bytes of the stream.
  ///
  /// `admit` is called once, with the declared length and before memory is taken for it; what it
  /// throws fails the call.
  ///
  /// - Throws: RESOURCE_EXHAUSTED for a message above the limit, INTERNAL for a malformed prefix
  ///   and for a second message, and what `admit` throws.
  public mutating func receive(
    _ bytes: Span<UInt8>, admit: (Int) throws(GRPCStatus) -> Void = { (_) throws(GRPCStatus) in }
  ) throws(GRPCStatus) {
    if let failure { throw failure }
    var index = 0
    while prefixCount < GRPCFraming.prefixByteCount {
      guard index < bytes.count else { return }
      if prefixCount == 0 {
        prefix.flag = bytes[index]
      } else {
        prefix.length = prefix.length << 8 | UInt32(bytes[index])
      }
      prefixCount += 1
      index += 1
      if prefixCount == GRPCFraming.prefixByteCount { try begin(admit) }
    }
    let rest = bytes.count - index
    guard rest > 0, let declaredLength else { return }
    guard rest <= declaredLength - payload.count else {
      throw fail(GRPCStatus(.internal, "more than one message in a unary call"))
    }
    payload.append(bytes.extracting(index..<bytes.count))
  }

  private mutating func begin(
    _ admit: (Int) throws(GRPCStatus) -> Void
  ) throws(GRPCStatus) {
    let length = Int(prefix.length)
    guard prefix.flag <= 1 else {
      throw fail(
        GRPCStatus(.internal, "malformed message prefix: compressed flag \(prefix.flag)"))
    }
    guard length <= limit else {
      throw fail(
        GRPCStatus(
          .resourceExhausted, "received message larger than max (\(length) vs. \(limit))"))
    }
    do {
      try admit(length)
    } catch {
      throw fail(error)
    }
    declaredLength = length
    payload = ByteBuffer(minimumCapacity: length)
  }

  private mutating func fail(_ status: GRPCStatus) -> GRPCStatus {
    failure = status
    payload = ByteBuffer()
    return status
  }

  /// Hands the message over at the end of the stream; the reader is empty afterwards.
  ///
  /// - Throws: INTERNAL when the stream ended before the message did, or without one.
  public mutating func finish() throws(GRPCStatus) -> GRPCMessage {
    if let failure { throw failure }
    guard let declaredLength else {
      throw fail(
        prefixCount == 0
          ? GRPCStatus(.internal, "the stream ended without a message")
          : GRPCStatus(.internal, "the stream ended within a message prefix"))
    }
    guard payload.count == declaredLength else {
      throw fail(
        GRPCStatus(
          .internal,
          "the stream ended within a message (\(payload.count) of \(declaredLength) bytes)"))
    }
    let message = GRPCMessage(bytes: payload.takeSlice(), isCompressed: prefix.flag == 1)
    failure = GRPCStatus(.internal, "the message has been taken")
    return message
  }
}
