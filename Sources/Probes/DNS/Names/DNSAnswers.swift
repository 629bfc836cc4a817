internal import Bytes
internal import DNS
internal import Telemetry

/// What the records of one answer say, as a log record's attributes, in memory that is used again for the next.
struct DNSAnswers: ~Copyable {
  /// The most records that are told of.
  static let limit = 32

  /// The attributes of the last answer.
  private(set) var attributes = ByteBuffer()
  private var text = ByteBuffer()
  /// Elements of arrays: addresses, and all other records.
  private var addresses = ByteBuffer()
  private var others = ByteBuffer()

  /// Reads the records of `message` that answer its question.
  ///
  /// Calls `note` with each address and how long it holds.
  mutating func read(
    _ message: DNSMessageView, _ note: (NetworkAddress, _ timeToLive: UInt32) -> Void
  ) {
    addresses.truncate(to: 0)
    others.truncate(to: 0)
    let isIncomplete = !readRecords(message, note)
    attributes.truncate(to: 0)
    DNSAnswers.append("dns.answers", addresses, to: &attributes)
    DNSAnswers.append("dns.answers.data", others, to: &attributes)
    if isIncomplete {
      attributes.appendAttribute(
        "dns.answers.incomplete", true, as: LogsWriter.attributesField)
    }
  }

  /// Returns false where there were more than are told of, or some that could not be read.
  private mutating func readRecords(
    _ message: DNSMessageView, _ note: (NetworkAddress, _ timeToLive: UInt32) -> Void
  ) -> Bool {
    var count = 0
    var records = message.records
    do throws(DNSError) {
      while let record = try records.next(), record.section == .answer {
        guard count < DNSAnswers.limit else { return false }
        text.truncate(to: 0)
        guard try record.appendData(from: message.bytes, to: &text) else { continue }
        count += 1
        guard record.type == .a || record.type == .aaaa else {
          DNSAnswers.append(text, to: &others)
          continue
        }
        DNSAnswers.append(address: text, to: &addresses)
        if let address = NetworkAddress(message.bytes.extracting(record.data)) {
          note(address, record.timeToLive)
        }
      }
    } catch {
      return false
    }
    return true
  }

  /// Forgets the last answer.
  mutating func clear() { attributes.truncate(to: 0) }

  /// Appends an array attribute with these elements, if there are any.
  private static func append(
    _ key: StaticString, _ elements: borrowing ByteBuffer, to buffer: inout ByteBuffer
  ) {
    guard !elements.isEmpty else { return }
    let lengthByteCount = ByteBuffer.varintByteCount(UInt64(elements.count))
    buffer.openEntry(
      LogsWriter.attributesField, key: key, valueByteCount: 1 + lengthByteCount + elements.count)
    buffer.appendField(5, bytes: elements.span)
  }

  private static func append(_ text: borrowing ByteBuffer, to elements: inout ByteBuffer) {
    elements.appendElement(text.span)
  }

  /// Appends the text of an address, which is ASCII and takes 39 bytes at most.
  private static func append(address: borrowing ByteBuffer, to elements: inout ByteBuffer) {
    elements.appendTag(1, .length)
    elements.append(UInt8(truncatingIfNeeded: address.count + 2))
    elements.appendField(1, bytes: address.span)
  }
}
