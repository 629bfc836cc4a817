internal import Bytes
internal import HTTPTypes

/// The header block that is being received; a connection has one at a time.
struct IncomingBlock {
  private(set) var fields = HTTPFields()
  private(set) var method = ""
  private(set) var target = ""
  private(set) var authority = ""
  private(set) var status = 0
  private(set) var listBytes = 0
  private(set) var count = 0
  private(set) var isOverLimit = false

  /// Takes one field, or counts it only when a limit is passed.
  mutating func append(
    name: Span<UInt8>, value: Span<UInt8>, maxBytes: Int, maxCount: Int
  ) {
    // RFC 9113 section 6.5.2: each field counts 32 bytes more than its text.
    listBytes += name.count + value.count + 32
    count += 1
    if listBytes > maxBytes || count > maxCount {
      isOverLimit = true
      // What was kept is of no use any more.
      fields = HTTPFields()
      return
    }
    guard name.count > 0, name[0] == 0x3A else {
      fields.append(name: name, value: value)
      return
    }
    if name.isEqual(to: ":path") {
      target = String(copying: value)
    } else if name.isEqual(to: ":method") {
      method = String(copying: value)
    } else if name.isEqual(to: ":authority") {
      authority = String(copying: value)
    } else if name.isEqual(to: ":status") {
      status = IncomingBlock.number(value)
    }
  }

  /// The block as the head of a request; `Host` stands in for a missing `:authority`.
  func requestHead() -> HTTPRequestHead {
    HTTPRequestHead(
      method: method, target: target,
      authority: authority.isEmpty ? fields.first("host") ?? "" : authority, fields: fields)
  }

  // nghttp2 admits three digits only.
  private static func number(_ text: Span<UInt8>) -> Int {
    var number = 0
    for index in text.indices { number = number &* 10 &+ Int(text[index] &- 0x30) }
    return number
  }
}
