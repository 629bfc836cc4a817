import Testing

@testable import EBPF

@Suite struct EmbeddedProbeTests {
  @Test("the object of a program is an ELF file for BPF")
  func isELF() {
    let bytes = EmbeddedProbe.self_test.object()
    #expect(bytes.prefix(4) == [0x7F, 0x45, 0x4C, 0x46])
    #expect(bytes.count > 64)
    #expect(bytes[18] == 247)
  }

  @Test(
    "base64 is decoded",
    arguments: [("", ""), ("Zg==", "f"), ("Zm8=", "fo"), ("Zm9vYmFy", "foobar")]
      as [(
        StaticStringBox, String
      )])
  func decodes(text: StaticStringBox, expected: String) {
    let probe = EmbeddedProbe(name: "x", base64: text.value)
    #expect(String(decoding: probe.object(), as: UTF8.self) == expected)
  }
}

struct StaticStringBox: ExpressibleByStringLiteral, Sendable {
  let value: StaticString
  init(stringLiteral value: StaticString) { self.value = value }
}
