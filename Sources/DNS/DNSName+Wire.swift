public import Bytes

extension DNSName {
  /// Appends the name at `offset` in the form of messages, but whole where it refers to another: labels, each behind
  /// its length, and a zero; at most `byteLimit` bytes.
  ///
  /// - Returns: The offset behind the name.
  /// - Throws: What is wrong with the name; what has been appended then is a part of it.
  public static func appendWire(
    from message: Span<UInt8>, at offset: Int, to bytes: inout ByteBuffer
  ) throws(DNSError) -> Int {
    var walk = DNSNameWalk(at: offset)
    var end: Int?
    while true {
      switch try walk.step(message) {
      case .label(let range):
        bytes.append(message.extracting(range.lowerBound - 1..<range.upperBound))
      case .reference(let next): end = end ?? next
      case .end(let next):
        bytes.append(0)
        return end ?? next
      }
    }
  }
}
