internal import Bytes
internal import DNS
internal import Testing

@Suite struct DNSNameTests {
  static func text(
    _ bytes: [UInt8], at offset: Int = 0
  ) throws(DNSError) -> (text: String, end: Int) {
    var text = ByteBuffer()
    let end = try DNSName.append(from: bytes.span, at: offset, to: &text)
    return (String(copying: text.span), end)
  }

  @Test(
    arguments: [
      ([0], "."),
      ([1, 0x41, 0], "a"),
      ([1, 0x61, 2, 0x2D, 0x5F, 0], "a.-_"),
      ([3, 0x61, 0x2E, 0x62, 0], #"a\046b"#),
      ([2, 0x5C, 0xFF, 0], #"\092\255"#),
      ([1, 0x20, 0], #"\032"#),
    ] as [([UInt8], String)])
  func `a name's text is lower case and says every byte`(bytes: [UInt8], text: String) throws {
    let name = try DNSNameTests.text(bytes)
    #expect(name.text == text)
    #expect(name.end == bytes.count)
    #expect(try DNSName.skip(bytes.span, at: 0) == bytes.count)
  }

  @Test func `a reference ends the name`() throws {
    let bytes: [UInt8] = [1, 0x62, 0, 1, 0x61, 0xC0, 0, 9]
    let name = try DNSNameTests.text(bytes, at: 3)
    #expect(name.text == "a.b")
    #expect(name.end == 7)
    #expect(try DNSName.skip(bytes.span, at: 3) == 7)
  }

  @Test(
    arguments: [
      ([0xC0, 0], 0), ([0xC0, 2, 0xC0, 0], 0), ([0xC0, 2, 0xC0, 0], 2), ([1, 0x61, 0xC0, 0], 0),
      ([1, 0x61, 0xC0, 0], 2),
    ] as [([UInt8], Int)])
  func `a name that leads to itself is refused`(bytes: [UInt8], offset: Int) {
    #expect(throws: DNSError.self) { try DNSNameTests.text(bytes, at: offset) }
  }

  @Test func `a long chain of references is refused`() {
    var bytes: [UInt8] = [0, 0]
    for index in 0..<200 { bytes += [0xC0 | UInt8((index * 2) >> 8), UInt8(index * 2 & 0xFF)] }
    #expect(throws: DNSError.self) { try DNSNameTests.text(bytes, at: bytes.count - 2) }
    #expect(throws: Never.self) { try DNSNameTests.text(bytes, at: 2 * 127) }
  }

  @Test func `a name has 255 bytes at most`() throws {
    let label = [UInt8](repeating: 0x61, count: 63)
    var bytes: [UInt8] = []
    for _ in 0..<3 { bytes += [63] + label }
    let longest = bytes + [61] + label.prefix(61) + [0]
    let longer = bytes + [62] + label.prefix(62) + [0]
    #expect(longest.count == 255)
    #expect(try DNSNameTests.text(longest).end == 255)
    #expect(throws: DNSError.self) { try DNSNameTests.text(longer) }
  }

  @Test(arguments: [0x40, 0x80] as [UInt8])
  func `reserved kinds of labels are refused`(byte: UInt8) {
    #expect(throws: DNSError.self) { try DNSNameTests.text([byte, 0, 0]) }
  }
}
