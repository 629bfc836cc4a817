@testable import Probes

/// Builds what the DNS programs put into a ring.
struct DNSRecordBytes {
  var time: UInt64 = 1_000_000_000
  var pid: UInt32 = 4711
  var cookie: UInt64 = 0xC00C
  var isAnswer = false
  var isStream = false
  var isIPv6 = false
  var length: Int?
  var message: [UInt8] = []

  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    func append(_ value: some FixedWidthInteger) {
      for shift in stride(from: 0, to: value.bitWidth, by: 8) {
        bytes.append(UInt8(truncatingIfNeeded: value >> shift))
      }
    }
    let room = [88, 216].first { message.count <= $0 } ?? 512
    append(UInt16(32))
    append(UInt16(120 + room))
    append(UInt8(0))
    append(UInt8(isAnswer ? 33 : 32))
    append(UInt16(0))
    append(time)
    append(isAnswer ? 0 : pid)
    append(isAnswer ? 0 : pid)
    append(UInt64(isAnswer ? 0 : 50_000_000_000))
    append(UInt64(1))
    append(UInt32(1))
    append(UInt32(0))
    append(cookie)
    let local: [UInt8] = isIPv6 ? [0xFD] + [UInt8](repeating: 0, count: 14) + [1] : [10, 0, 0, 1]
    let remote: [UInt8] = isIPv6 ? [0xFD] + [UInt8](repeating: 0, count: 14) + [2] : [10, 0, 0, 53]
    for address in [local, remote] {
      bytes += address + [UInt8](repeating: 0, count: 16 - address.count)
    }
    append(UInt16(40000))
    append(UInt16(53))
    bytes += [isIPv6 ? 6 : 4, isStream ? 6 : 17, isAnswer ? 1 : 0, 0]
    append(UInt32(length ?? message.count))
    append(UInt32(message.count))
    bytes += Array("asker".utf8) + [UInt8](repeating: 0, count: 11)
    return bytes + message + [UInt8](repeating: 0, count: room - message.count)
  }

  /// A message with one question and answers of these types and data.
  static func message(
    id: UInt16 = 7, flags: UInt16, _ name: String, _ type: UInt16,
    answers: [(type: UInt16, data: [UInt8])] = []
  ) -> [UInt8] {
    var bytes: [UInt8] = []
    func append(_ word: UInt16) { bytes += [UInt8(word >> 8), UInt8(word & 0xFF)] }
    for word in [id, flags, 1, UInt16(answers.count), 0, 0] { append(word) }
    for label in name.split(separator: ".") { bytes += [UInt8(label.utf8.count)] + label.utf8 }
    bytes.append(0)
    append(type)
    append(1)
    for answer in answers {
      bytes += [0xC0, 12]
      append(answer.type)
      append(1)
      append(0)
      append(300)
      append(UInt16(answer.data.count))
      bytes += answer.data
    }
    return bytes
  }

  static func query(
    id: UInt16 = 7, _ name: String = "www.Example.com", _ type: UInt16 = 1,
    at time: UInt64 = 1_000_000_000
  ) -> DNSRecordBytes {
    DNSRecordBytes(time: time, message: message(id: id, flags: 0x0100, name, type))
  }

  static func answer(
    id: UInt16 = 7, _ name: String = "www.example.com", _ type: UInt16 = 1, code: UInt16 = 0,
    answers: [(type: UInt16, data: [UInt8])] = [], at time: UInt64 = 1_020_000_000
  ) -> DNSRecordBytes {
    DNSRecordBytes(
      time: time, isAnswer: true,
      message: message(id: id, flags: 0x8180 | code, name, type, answers: answers))
  }
}
