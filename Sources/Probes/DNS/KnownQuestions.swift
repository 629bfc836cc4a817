internal import Bytes
internal import DNS
internal import EBPF
internal import Telemetry

/// The questions asked lately: programs ask for the same names again and again.
struct KnownQuestions: ~Copyable {
  /// Each question has a set of four places, so that few push each other out.
  private static let setCount = 512
  private static let setSize = 4
  /// A longer name is made into text each time: what is kept takes a megabyte and a half at most.
  private static let keptByteCount = 64

  private let config: DNSConfig
  /// Whoever chooses names cannot choose what they collide with.
  private let seed = KnownQuestion.Number(
    first: .random(in: .min ... .max), second: .random(in: .min ... .max))
  /// The numbers by themselves: those of a set lie in one line of the processor's cache.
  private var numbers = [KnownQuestion.Number](
    repeating: .init(first: 0, second: 0), count: setCount * setSize)
  private var kept = [KnownQuestion?](repeating: nil, count: setCount * setSize)
  private var turn = 0
  private var wire = ByteBuffer(minimumCapacity: DNSName.byteLimit + 8)

  init(_ config: DNSConfig) {
    self.config = config
  }

  /// The question for `type` of the name at `offset` of a message.
  mutating func find(
    _ message: Span<UInt8>, at offset: Int, _ type: DNSRecordType
  ) throws(DNSError) -> KnownQuestion {
    wire.truncate(to: 0)
    _ = try DNSName.appendWire(from: message, at: offset, to: &wire)
    let number = number(type)
    let first = Int(truncatingIfNeeded: number.first >> 32) & (KnownQuestions.setCount - 1)
    for place in first * KnownQuestions.setSize..<(first + 1) * KnownQuestions.setSize
    where numbers[place] == number {
      if let known = kept[place] { return known }
    }
    let made = try make(message, at: offset, type, number)
    if wire.count <= KnownQuestions.keptByteCount {
      turn = (turn + 1) & (KnownQuestions.setSize - 1)
      numbers[first * KnownQuestions.setSize + turn] = number
      kept[first * KnownQuestions.setSize + turn] = made
    }
    return made
  }

  /// The number of the question for `type` of the name in `wire`, which is filled up to whole words.
  private mutating func number(_ type: DNSRecordType) -> KnownQuestion.Number {
    while wire.count & 7 != 0 { wire.append(0) }
    var number = seed
    number.first ^= UInt64(type.rawValue)
    let bytes = wire.span
    for offset in stride(from: 0, to: bytes.count, by: 8) {
      let word = KnownQuestions.lowerCase(bytes.load(UInt64.self, at: offset) ?? 0)
      number.first = (number.first ^ word) &* 0x9E37_79B9_7F4A_7C15
      number.first ^= number.first >> 29
      number.second = (number.second &+ word) &* 0xD6E8_FEB8_6659_FD93
      number.second ^= number.second >> 32
    }
    number.second ^= UInt64(type.rawValue)
    return number
  }

  private func make(
    _ message: Span<UInt8>, at offset: Int, _ type: DNSRecordType, _ number: KnownQuestion.Number
  ) throws(DNSError) -> KnownQuestion {
    var name = ByteBuffer(minimumCapacity: 64)
    _ = try DNSName.append(from: message, at: offset, to: &name)
    var attributes = ByteBuffer(minimumCapacity: 128)
    let field = LogsWriter.attributesField
    switch config.questionNames {
    case .full: attributes.appendAttribute("dns.question.name", name.span, as: field)
    case .hashed:
      let digest = SHA256.hexDigest(name.span)
      attributes.appendAttribute(
        "dns.question.name", digest.span.extracting(0..<16), as: field)
    case .off: break
    }
    attributes.appendAttribute("dns.question.type", type.description.utf8Span.span, as: field)
    return KnownQuestion(
      number, name: name.span, type: type, attributes: attributes.takeSlice(),
      isTold: config.writesLogs && config.tells(of: name.span))
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
