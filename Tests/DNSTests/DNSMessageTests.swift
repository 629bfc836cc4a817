internal import Bytes
internal import DNS
internal import Testing

@Suite struct DNSMessageTests {
  /// What a test sees of a message.
  struct Summary: Equatable {
    var name = ""
    var type: DNSRecordType?
    var code = DNSResponseCode.noError
    var texts: [String] = []
    var error: DNSError?
  }

  static func read(_ bytes: [UInt8]) -> Summary {
    var summary = Summary()
    do throws(DNSError) {
      let message = try DNSMessageView(bytes.span)
      summary.code = message.responseCode
      if let question = message.question {
        var text = ByteBuffer()
        _ = try DNSName.append(from: bytes.span, at: question.nameOffset, to: &text)
        summary.name = String(copying: text.span)
        summary.type = question.type
      }
      var records = message.records
      while let record = try records.next() {
        var text = ByteBuffer()
        if try record.appendData(from: bytes.span, to: &text) {
          summary.texts.append(String(copying: text.span))
        } else {
          summary.texts.append("\(record.type)")
        }
      }
    } catch {
      summary.error = error
    }
    return summary
  }

  static var answer: [UInt8] {
    var message = MessageBuilder(answers: 8, others: 1)
    message.question("WWW.Example.com", .any)
    message.record(.cname, MessageBuilder.name("edge.example.net"))
    message.record(.a, [192, 0, 2, 10])
    message.record(.aaaa, [0x20, 0x01, 0x0D, 0xB8] + [UInt8](repeating: 0, count: 11) + [1])
    message.record(.mx, [0, 10] + MessageBuilder.name("mail.example"))
    message.record(.srv, [0, 0, 0, 5, 0x13, 0xC4] + MessageBuilder.name("sip.example"))
    message.record(.ptr, MessageBuilder.name("host.example"))
    message.record(.txt, [2, 0x68, 0x69, 3, 0x20, 0x5C, 0x7A])
    message.record(DNSRecordType(rawValue: 65), [1, 2, 3])
    message.record(.opt, [])
    return message.bytes
  }

  @Test func `all that a message says is read`() {
    let summary = DNSMessageTests.read(DNSMessageTests.answer)
    #expect(summary.error == nil)
    #expect(summary.name == "www.example.com")
    #expect(summary.type == .any)
    #expect(
      summary.texts == [
        "edge.example.net", "192.0.2.10", "2001:db8::1", "10 mail.example", "0 5 5060 sip.example",
        "host.example", #"hi \092z"#, "HTTPS", "OPT",
      ])
  }

  @Test func `a message cut at any byte gives what is before the cut`() {
    let whole = DNSMessageTests.answer
    let summary = DNSMessageTests.read(whole)
    for count in 0..<whole.count {
      let cut = DNSMessageTests.read(Array(whole[..<count]))
      #expect(cut.error?.fault == .cutShort, "\(count) bytes")
      #expect(cut.texts.elementsEqual(summary.texts.prefix(cut.texts.count)))
    }
  }

  @Test func `an OPT record extends the response code`() {
    var message = MessageBuilder(flags: 0x8187, others: 1)
    message.question("a", .a)
    var bytes = message.bytes
    bytes += [0, 0, 41, 0x04, 0xD0, 0x01, 0, 0, 0, 0, 0]
    #expect(DNSMessageTests.read(bytes).code == DNSResponseCode(rawValue: 0x17))
    #expect(DNSMessageTests.read(bytes).code.description == "BADCOOKIE")
  }

  @Test func `a message may have no question`() {
    let summary = DNSMessageTests.read(MessageBuilder(questions: 0).bytes)
    #expect(summary.error == nil)
    #expect(summary.type == nil)
  }

  @Test(arguments: [
    (DNSRecordType.a, [UInt8](repeating: 1, count: 3)),
    (.aaaa, [UInt8](repeating: 1, count: 4)),
    (.mx, [0, 10]),
    (.srv, [0, 0, 0, 0, 0, 0]),
    (.cname, MessageBuilder.name("a") + [0]),
    (.txt, [4, 0x61]),
  ])
  func `data that do not fill their length are refused`(type: DNSRecordType, data: [UInt8]) {
    var message = MessageBuilder(answers: 1)
    message.question("a", type)
    message.record(type, data)
    #expect(DNSMessageTests.read(message.bytes).error?.fault == .wrongDataLength)
  }

  @Test(
    arguments: [
      (0, "::"), (1, "::1"), (0x2001_0000, "::2001:0"), (0xFFFF_0001_0002_0003, "::ffff:1:2:3"),
      (0x0001_0000_0000_0002, "::1:0:0:2"),
    ] as [(UInt64, String)])
  func `IPv6 addresses are short`(low: UInt64, text: String) {
    var message = MessageBuilder(answers: 1)
    message.question("a", .aaaa)
    let bytes = (0..<8).map { UInt8(truncatingIfNeeded: low >> (56 - 8 * $0)) }
    message.record(.aaaa, [UInt8](repeating: 0, count: 8) + bytes)
    #expect(DNSMessageTests.read(message.bytes).texts == [text])
  }

  @Test func `names of types and codes`() {
    #expect(DNSRecordType.aaaa.description == "AAAA")
    #expect(DNSRecordType(rawValue: 4711).description == "TYPE4711")
    #expect(DNSResponseCode.noSuchName.description == "NXDOMAIN")
    #expect(DNSResponseCode(rawValue: 99).description == "RCODE99")
  }
}
