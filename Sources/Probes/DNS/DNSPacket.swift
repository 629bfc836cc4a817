internal import CProbeEvents
internal import EBPF

/// What the program tells of one DNS message: where it went and where its bytes are in the record.
struct DNSPacket {
  /// Of the socket; the same for a query and its answer.
  let cookie: UInt64
  let remote: NetworkAddress
  let remotePort: UInt16
  /// Whether the message is a segment of a TCP stream rather than a UDP datagram.
  let isStream: Bool
  /// Whether the message came in.
  let isAnswer: Bool
  /// Where the message is in the record.
  let message: Range<Int>

  private static let fixedByteCount = MemoryLayout<dns_record>.size
  private static let commandOffset = 104

  /// Reads a record; nil where it says what cannot be.
  init?(_ record: Span<UInt8>, _ head: ProbeHead) {
    guard Int(head.type) == Int(DNS_MESSAGE.rawValue), let raw = record.load(dns_record.self),
      raw.family == 4 || raw.family == 6, raw.transport == 6 || raw.transport == 17,
      raw.answer <= 1, raw.captured <= DNS_MESSAGE_LIMIT, raw.captured <= raw.length,
      DNSPacket.fixedByteCount + Int(raw.captured) <= head.size
    else { return nil }
    cookie = raw.cookie
    remote = DNSPacket.address(record, at: 72, isIPv4: raw.family == 4)
    remotePort = raw.remote_port
    isStream = raw.transport == 6
    isAnswer = raw.answer == 1
    message = DNSPacket.fixedByteCount..<DNSPacket.fixedByteCount + Int(raw.captured)
  }

  /// Where the asker's command name is in a record.
  static func command(_ record: Span<UInt8>) -> Range<Int> {
    var end = commandOffset
    while end < fixedByteCount, record[end] != 0 { end += 1 }
    return commandOffset..<end
  }

  /// The address at `offset`, of which an IPv4 one has the first four bytes; they are there.
  private static func address(
    _ record: Span<UInt8>, at offset: Int, isIPv4: Bool
  ) -> NetworkAddress {
    let first = record.load(UInt64.self, at: offset) ?? 0
    if isIPv4 { return NetworkAddress(ipv4: UInt32(truncatingIfNeeded: first).byteSwapped) }
    return NetworkAddress(words: (first, record.load(UInt64.self, at: offset + 8) ?? 0))
  }
}
