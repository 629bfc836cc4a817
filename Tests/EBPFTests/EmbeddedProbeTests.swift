import Bytes
import Testing

@testable import EBPF

@Suite struct EmbeddedProbeTests {
  @Test("the object of a program is an ELF file for BPF")
  func isELF() {
    let object = EmbeddedProbe.self_test.object()
    let bytes = [UInt8](copying: object.span)
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
    let object = EmbeddedProbe(name: "x", base64: text.value).object()
    #expect(String(copying: object.span) == expected)
  }
}

struct StaticStringBox: ExpressibleByStringLiteral, Sendable {
  let value: StaticString
  init(stringLiteral value: StaticString) { self.value = value }
}
