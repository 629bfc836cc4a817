/// A DNS message in borrowed bytes, read where it lies; RFC 1035, section 4.
///
/// A message whose end was not kept can be read as far as it goes: the records before the cut come, then `.cutShort` is thrown.
public struct DNSMessageView: ~Escapable {
  /// All the bytes.
  public let bytes: Span<UInt8>
  /// What the message begins with.
  public let header: DNSHeader
  /// The first question; nil where there is none.
  public let question: DNSQuestion?
  /// Where the records begin.
  private let recordsOffset: Int

  /// Reads the header and the questions of `bytes`, a message without the length that precedes it in a stream.
  ///
  /// - Complexity: O(questions): at most 65,535, each of at least five bytes that are there.
  @_lifetime(copy bytes)
  public init(_ bytes: Span<UInt8>) throws(DNSError) {
    let header = try DNSHeader(bytes)
    var first: DNSQuestion?
    var offset = DNSHeader.byteCount
    for _ in 0..<header.questionCount {
      let end = try DNSName.skip(bytes, at: offset)
      guard end + 4 <= bytes.count else { throw DNSError(.cutShort, at: bytes.count) }
      if first == nil {
        first = DNSQuestion(
          nameOffset: offset, type: DNSRecordType(rawValue: bytes.bigEndian16(at: end)),
          classNumber: bytes.bigEndian16(at: end + 2))
      }
      offset = end + 4
    }
    self.bytes = bytes
    self.header = header
    question = first
    recordsOffset = offset
  }

  /// The records of all sections, in their order.
  public var records: DNSRecordCursor {
    @_lifetime(copy self)
    get { DNSRecordCursor(bytes, from: recordsOffset, header) }
  }

  /// The response code, with the bits that an OPT record adds; those of the header where the records cannot be read.
  public var responseCode: DNSResponseCode {
    var code = UInt16(header.responseCode)
    // Only there an OPT record can be.
    guard header.additionalCount > 0 else { return DNSResponseCode(rawValue: code) }
    var records = self.records
    while let record = try? records.next() {
      guard record.type == .opt, record.section == .additional else { continue }
      code |= UInt16(record.timeToLive >> 24) << 4
      break
    }
    return DNSResponseCode(rawValue: code)
  }
}
