internal import DNS

/// Builds DNS messages without compression, unless a test writes the bytes itself.
struct MessageBuilder {
  private(set) var bytes: [UInt8]

  init(
    id: UInt16 = 7, flags: UInt16 = 0x8180, questions: Int = 1, answers: Int = 0, others: Int = 0
  ) {
    bytes = []
    for word in [id, flags, UInt16(questions), UInt16(answers), 0, UInt16(others)] { append(word) }
  }

  mutating func append(_ word: UInt16) {
    bytes += [UInt8(word >> 8), UInt8(word & 0xFF)]
  }

  mutating func append(name: String) {
    for label in name.split(separator: ".") {
      bytes.append(UInt8(label.utf8.count))
      bytes += Array(label.utf8)
    }
    bytes.append(0)
  }

  mutating func question(_ name: String, _ type: DNSRecordType) {
    append(name: name)
    append(type.rawValue)
    append(1)
  }

  /// A record whose name is the question's.
  mutating func record(_ type: DNSRecordType, timeToLive: UInt16 = 60, _ data: [UInt8]) {
    bytes += [0xC0, 12]
    append(type.rawValue)
    append(1)
    append(0)
    append(timeToLive)
    append(UInt16(data.count))
    bytes += data
  }

  static func name(_ name: String) -> [UInt8] {
    var builder = MessageBuilder()
    builder.append(name: name)
    return Array(builder.bytes.dropFirst(12))
  }
}
