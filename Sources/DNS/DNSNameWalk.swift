/// Walks through one name, label by label, with bounds that hold for any input.
struct DNSNameWalk {
  enum Step {
    /// A label, and where it is.
    case label(Range<Int>)
    /// A reference, which the walk follows; the offset is that behind it.
    case reference(end: Int)
    /// The name is over; the offset is that behind its last byte.
    case end(Int)
  }

  private var position: Int
  /// References must lead to before this place, and each moves it: so there is an end.
  private var bound: Int
  private var byteCount = 1
  private var referenceCount = 0

  init(at offset: Int) {
    position = offset
    bound = offset
  }

  mutating func step(_ message: Span<UInt8>) throws(DNSError) -> Step {
    guard position < message.count else { throw DNSError(.cutShort, at: message.count) }
    let length = Int(message[position])
    switch length & 0xC0 {
    case 0 where length == 0: return .end(position + 1)
    case 0: return .label(try label(message, of: length))
    case 0xC0: return .reference(end: try follow(message))
    default: throw DNSError(.unknownLabel, at: position)
    }
  }

  private mutating func label(
    _ message: Span<UInt8>, of length: Int
  ) throws(DNSError) -> Range<Int> {
    byteCount += length + 1
    guard byteCount <= DNSName.byteLimit else { throw DNSError(.nameTooLong, at: position) }
    let start = position + 1
    guard start + length <= message.count else { throw DNSError(.cutShort, at: message.count) }
    position = start + length
    return start..<position
  }

  private mutating func follow(_ message: Span<UInt8>) throws(DNSError) -> Int {
    guard position + 1 < message.count else { throw DNSError(.cutShort, at: message.count) }
    let target = Int(message.bigEndian16(at: position)) & 0x3FFF
    referenceCount += 1
    guard target < bound, referenceCount <= DNSName.referenceLimit else {
      throw DNSError(.unboundedReference, at: position)
    }
    let end = position + 2
    bound = target
    position = target
    return end
  }
}
