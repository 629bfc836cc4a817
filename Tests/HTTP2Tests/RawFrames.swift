/// Frames written by hand, for what a well-behaved client would not send.
enum RawFrames {
  static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)
  static let settings = frame(4, stream: 0)
  static let settingsAcknowledgement = frame(4, flags: 1, stream: 0)
  static let ping = frame(6, stream: 0, [1, 2, 3, 4, 5, 6, 7, 8])

  /// RFC 9113 section 4.1.
  static func frame(
    _ type: UInt8, flags: UInt8 = 0, stream: Int32, _ payload: [UInt8] = []
  ) -> [UInt8] {
    let count = payload.count
    let id = UInt32(bitPattern: stream)
    var frame: [UInt8] = [UInt8(count >> 16), UInt8(count >> 8 & 255), UInt8(count & 255)]
    frame += [type, flags]
    for shift: UInt32 in [24, 16, 8, 0] { frame.append(UInt8(truncatingIfNeeded: id >> shift)) }
    return frame + payload
  }

  static func reset(_ stream: Int32) -> [UInt8] {
    frame(3, stream: stream, [0, 0, 0, 8])
  }

  /// A request's header block with more fields behind the four that it must have.
  static func request(_ fields: [(String, String)] = []) -> [UInt8] {
    // Static table of RFC 7541 appendix A: 3 is POST, 4 is "/", 6 is http.
    var block: [UInt8] = [0x83, 0x84, 0x86]
    block += [0x01, 1, 0x78]
    for (name, value) in fields { block += literal(name, value) }
    return block
  }

  /// RFC 7541 section 6.2.2, without Huffman coding; `indexing` puts it in the dynamic table.
  static func literal(_ name: String, _ value: String, indexing: Bool = false) -> [UInt8] {
    [indexing ? 0x40 : 0x00] + integer(name.utf8.count) + Array(name.utf8)
      + integer(value.utf8.count) + Array(value.utf8)
  }

  // RFC 7541 section 5.1 with a prefix of seven bits.
  private static func integer(_ value: Int) -> [UInt8] {
    if value < 127 { return [UInt8(value)] }
    var bytes: [UInt8] = [127]
    var rest = value - 127
    while rest >= 128 {
      bytes.append(UInt8(rest & 127) | 128)
      rest >>= 7
    }
    return bytes + [UInt8(rest)]
  }

  /// A whole request of HEADERS alone, or with CONTINUATION frames of at most `part` bytes.
  static func headers(
    _ stream: Int32, _ block: [UInt8] = request(), flags: UInt8 = 1, part: Int = 16_000
  ) -> [UInt8] {
    var frames: [UInt8] = []
    var start = 0
    repeat {
      let end = min(start + part, block.count)
      let isLast: UInt8 = end == block.count ? 4 : 0
      frames += frame(
        start == 0 ? 1 : 9, flags: (start == 0 ? flags : 0) | isLast, stream: stream,
        Array(block[start..<end]))
      start = end
    } while start < block.count
    return frames
  }
}
