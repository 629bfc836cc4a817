/// Steps over the records of a message.
public struct DNSRecordCursor: ~Escapable {
  private let bytes: Span<UInt8>
  private let header: DNSHeader
  private var offset: Int
  private var index = 0

  @_lifetime(copy bytes)
  init(_ bytes: Span<UInt8>, from offset: Int, _ header: DNSHeader) {
    self.bytes = bytes
    self.header = header
    self.offset = offset
  }

  /// The next record; nil behind the last one.
  ///
  /// - Throws: What is wrong with it; then there is nothing more to read.
  public mutating func next() throws(DNSError) -> DNSRecord? {
    guard let section else { return nil }
    let nameOffset = offset
    let end = try DNSName.skip(bytes, at: offset)
    guard end + 10 <= bytes.count else { throw DNSError(.cutShort, at: bytes.count) }
    let start = end + 10
    let length = Int(bytes.bigEndian16(at: end + 8))
    guard start + length <= bytes.count else { throw DNSError(.cutShort, at: bytes.count) }
    offset = start + length
    index += 1
    return DNSRecord(
      section: section, nameOffset: nameOffset,
      type: DNSRecordType(rawValue: bytes.bigEndian16(at: end)),
      classNumber: bytes.bigEndian16(at: end + 2), timeToLive: bytes.bigEndian32(at: end + 4),
      data: start..<offset)
  }

  /// The section of the record that comes next.
  private var section: DNSRecord.Section? {
    if index < header.answerCount { return .answer }
    if index < header.answerCount + header.authorityCount { return .authority }
    let count = header.answerCount + header.authorityCount + header.additionalCount
    return index < count ? .additional : nil
  }
}
