internal import Bytes
internal import DNS
internal import EBPF

/// Tells questions apart: 128 bits that nobody can foresee, and that two questions never share.
struct QuestionNumber: Equatable {
  var first: UInt64
  var second: UInt64
}

/// Gives questions their numbers: the same for the same type and name, in whatever case.
struct QuestionNumbers: ~Copyable {
  /// Whoever chooses names cannot choose what they collide with.
  private let seed = QuestionNumber(
    first: .random(in: .min ... .max), second: .random(in: .min ... .max))
  private var wire = ByteBuffer(minimumCapacity: DNSName.byteLimit)

  /// The number of a question of `message`.
  mutating func number(
    _ message: Span<UInt8>, _ question: DNSQuestion
  ) throws(DNSError) -> QuestionNumber {
    let start = question.nameOffset
    if let end = QuestionNumbers.plainEnd(of: start, message) {
      return number(message, start..<end, question.type)
    }
    wire.truncate(to: 0)
    _ = try DNSName.appendWire(from: message, at: start, to: &wire)
    return number(wire.span, 0..<wire.count, question.type)
  }

  /// The number of the question for `type` of the name that lies in `range`, in words of eight bytes.
  @inline(__always)
  private func number(
    _ bytes: Span<UInt8>, _ range: Range<Int>, _ type: DNSRecordType
  ) -> QuestionNumber {
    var number = seed
    number.first ^= UInt64(type.rawValue)
    var offset = range.lowerBound
    while offset < range.upperBound {
      let word = QuestionNumbers.lowerCase(QuestionNumbers.word(bytes, offset..<range.upperBound))
      number.first = (number.first ^ word) &* 0x9E37_79B9_7F4A_7C15
      number.first ^= number.first >> 29
      number.second = (number.second &+ word) &* 0xD6E8_FEB8_6659_FD93
      number.second ^= number.second >> 32
      offset += 8
    }
    number.second ^= UInt64(type.rawValue)
    return number
  }

  /// The first eight bytes of `range` as one word, with zeros where it has fewer.
  @inline(__always)
  private static func word(_ bytes: Span<UInt8>, _ range: Range<Int>) -> UInt64 {
    let missing = max(0, 8 - range.count)
    if let word = bytes.load(UInt64.self, at: range.lowerBound) {
      return word & (~0 >> UInt64(8 * missing))
    }
    var word: UInt64 = 0
    for index in range.reversed() { word = word << 8 | UInt64(bytes[index]) }
    return word
  }

  /// The end of the name at `start` where it lies there as a whole, as names of questions do; nil where it refers to another
  /// or is none.
  private static func plainEnd(of start: Int, _ message: Span<UInt8>) -> Int? {
    var offset = start
    while offset < message.count, offset - start < DNSName.byteLimit {
      let length = Int(message[offset])
      if length == 0 { return offset + 1 }
      guard length < 64 else { return nil }
      offset += 1 + length
    }
    return nil
  }

  /// Eight bytes with the letters of ASCII in lower case; the lengths of labels, below 64, are none.
  private static func lowerCase(_ word: UInt64) -> UInt64 {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let high = 0x80 &* ones
    let low = word & ~high
    // The high bit of a byte is set from A on, and behind Z.
    let fromA = low &+ (0x3F &* ones)
    let behindZ = low &+ (0x25 &* ones)
    return word | (fromA & ~behindZ & ~word & high) >> 2
  }
}
