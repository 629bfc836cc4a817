public import Bytes

extension DNSRecord {
  /// The most bytes that `appendData(from:to:)` writes for one record.
  public static let textLimit = DNSName.textLimit + 32

  /// Appends what the record holds as text: an address, a name, `10 mail.example` of MX, `0 5 5060 sip.example` of SRV, the strings of TXT.
  ///
  /// - Returns: Whether the type is one of A, AAAA, NS, CNAME, PTR, MX, SRV and TXT; nothing is appended for others.
  /// - Throws: What is wrong with the data; what has been appended then is a part of them.
  public func appendData(
    from message: Span<UInt8>, to text: inout ByteBuffer
  ) throws(DNSError) -> Bool {
    switch type {
    case .a: try appendAddress(4, from: message, to: &text)
    case .aaaa: try appendAddress(16, from: message, to: &text)
    case .ns, .cname, .ptr: try appendName(after: 0, from: message, to: &text)
    case .mx: try appendName(after: 1, from: message, to: &text)
    case .srv: try appendName(after: 3, from: message, to: &text)
    case .txt: try appendStrings(from: message, to: &text)
    default: return false
    }
    return true
  }

  private func appendAddress(
    _ count: Int, from message: Span<UInt8>, to text: inout ByteBuffer
  ) throws(DNSError) {
    guard data.count == count else { throw DNSError(.wrongDataLength, at: data.lowerBound) }
    text.appendAddress(message.extracting(data))
  }

  /// Appends `count` numbers and the name behind them, which must be the end.
  private func appendName(
    after count: Int, from message: Span<UInt8>, to text: inout ByteBuffer
  ) throws(DNSError) {
    guard data.count > 2 * count else { throw DNSError(.wrongDataLength, at: data.lowerBound) }
    for index in 0..<count {
      text.appendDecimal(UInt64(message.bigEndian16(at: data.lowerBound + 2 * index)))
      text.append(UInt8(ascii: " "))
    }
    let end = try DNSName.append(from: message, at: data.lowerBound + 2 * count, to: &text)
    guard end == data.upperBound else { throw DNSError(.wrongDataLength, at: data.lowerBound) }
  }

  /// Appends the strings one behind the other, as most of what is published in TXT is meant; at most `textLimit` bytes.
  private func appendStrings(
    from message: Span<UInt8>, to text: inout ByteBuffer
  ) throws(DNSError) {
    let limit = text.count + DNSName.textLimit
    var offset = data.lowerBound
    while offset < data.upperBound {
      let end = offset + 1 + Int(message[offset])
      guard end <= data.upperBound else { throw DNSError(.wrongDataLength, at: offset) }
      for index in offset + 1..<end where text.count + 4 <= limit {
        text.appendStringByte(message[index])
      }
      offset = end
    }
  }
}

extension ByteBuffer {
  /// Appends one byte of a string: as it is where it is printable ASCII and no backslash.
  fileprivate mutating func appendStringByte(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "\\"), 0...0x1F, 0x7F...0xFF: appendEscaped(byte)
    default: append(byte)
    }
  }
}
