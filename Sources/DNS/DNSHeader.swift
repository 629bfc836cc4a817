internal import Bytes

/// The twelve bytes that each DNS message begins with; RFC 1035, section 4.1.1.
public struct DNSHeader: Equatable, Sendable {
  /// The number of bytes.
  public static let byteCount = 12

  /// The number that an answer shares with its query.
  public let id: UInt16
  /// Whether the message answers a query.
  public let isAnswer: Bool
  /// What is asked for; zero is a standard query.
  public let operation: UInt8
  /// Whether the message was cut to fit, so that the asker should come again over TCP.
  public let isTruncated: Bool
  /// The lower four bits of the response code.
  public let responseCode: UInt8
  /// The number of questions.
  public let questionCount: Int
  /// The number of records that answer.
  public let answerCount: Int
  /// The number of records that name servers with authority.
  public let authorityCount: Int
  /// The number of further records.
  public let additionalCount: Int

  /// Reads the header that `message` begins with.
  ///
  /// - Throws: `.cutShort` where there are fewer than twelve bytes.
  public init(_ message: Span<UInt8>) throws(DNSError) {
    guard message.count >= DNSHeader.byteCount else { throw DNSError(.cutShort, at: message.count) }
    id = message.bigEndian16(at: 0)
    isAnswer = message[2] & 0x80 != 0
    operation = message[2] >> 3 & 0x0F
    isTruncated = message[2] & 0x02 != 0
    responseCode = message[3] & 0x0F
    questionCount = Int(message.bigEndian16(at: 4))
    answerCount = Int(message.bigEndian16(at: 6))
    authorityCount = Int(message.bigEndian16(at: 8))
    additionalCount = Int(message.bigEndian16(at: 10))
  }
}

extension Span where Element == UInt8 {
  /// The number in two bytes; the caller has checked that they are there.
  func bigEndian16(at offset: Int) -> UInt16 {
    UInt16(self[offset]) << 8 | UInt16(self[offset + 1])
  }

  /// The number in four bytes; the caller has checked that they are there.
  func bigEndian32(at offset: Int) -> UInt32 {
    UInt32(bigEndian16(at: offset)) << 16 | UInt32(bigEndian16(at: offset + 2))
  }
}
