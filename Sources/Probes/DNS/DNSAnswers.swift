internal import Bytes
internal import DNS
internal import Telemetry

/// What the records of one answer say, as text, in memory that is used again for the next.
struct DNSAnswers: ~Copyable {
  /// The most records that are told of.
  static let limit = 32

  private var text = ByteBuffer()
  /// Where the texts of addresses are.
  private(set) var addresses: [Range<Int>] = []
  /// Where the texts of all other records are.
  private(set) var others: [Range<Int>] = []
  /// Whether there were more than are told of, or some that could not be read.
  private(set) var isIncomplete = false

  /// Reads the records of `message` that answer its question.
  ///
  /// Calls `note` with each address and how long it holds.
  mutating func read(
    _ message: DNSMessageView, _ note: (NetworkAddress, _ timeToLive: UInt32) -> Void
  ) {
    text.truncate(to: 0)
    addresses.removeAll(keepingCapacity: true)
    others.removeAll(keepingCapacity: true)
    isIncomplete = false
    var records = message.records
    do throws(DNSError) {
      while let record = try records.next(), record.section == .answer {
        guard addresses.count + others.count < DNSAnswers.limit else {
          isIncomplete = true
          return
        }
        try add(record, of: message.bytes)
        guard record.type == .a || record.type == .aaaa,
          let address = NetworkAddress(message.bytes.extracting(record.data))
        else { continue }
        note(address, record.timeToLive)
      }
    } catch {
      isIncomplete = true
    }
  }

  /// Appends the texts at `ranges` to an array attribute.
  borrowing func append(_ ranges: [Range<Int>], to array: inout ByteBuffer) {
    for range in ranges { array.appendElement(text.span.extracting(range)) }
  }

  private mutating func add(_ record: DNSRecord, of bytes: Span<UInt8>) throws(DNSError) {
    let start = text.count
    let isKnown = try record.appendData(from: bytes, to: &text)
    guard isKnown else { return }
    if record.type == .a || record.type == .aaaa {
      addresses.append(start..<text.count)
    } else {
      others.append(start..<text.count)
    }
  }
}
