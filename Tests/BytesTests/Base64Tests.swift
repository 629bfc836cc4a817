import Bytes
import TestSupport
import Testing

@Suite struct Base64Tests {
  /// RFC 4648, section 10, and what only the alphabets tell apart.
  static let vectors: [(bytes: [UInt8], text: String)] = [
    ([], ""), (Array("f".utf8), "Zg=="), (Array("fo".utf8), "Zm8="), (Array("foo".utf8), "Zm9v"),
    (Array("foob".utf8), "Zm9vYg=="), (Array("fooba".utf8), "Zm9vYmE="),
    (Array("foobar".utf8), "Zm9vYmFy"), ([0xFB, 0xFF], "+/8="), ([0xFF, 0xFF, 0xFF], "////"),
  ]

  private func decoded(_ text: String, _ alphabet: Base64.Alphabet = .standard) -> [UInt8]? {
    var buffer = ByteBuffer()
    let isRight = buffer.appendBytes(ofBase64: text.utf8Span.span, alphabet)
    return isRight ? [UInt8](copying: buffer.span) : nil
  }

  @Test("writes and reads the vectors of RFC 4648", arguments: vectors.indices)
  func vector(index: Int) {
    let (bytes, text) = Self.vectors[index]
    let bare = text.filter { $0 != "=" }
    #expect(String(base64: bytes.span) == text)
    #expect(String(base64: bytes.span, isPadded: false) == bare)
    #expect(decoded(text) == bytes && decoded(bare) == bytes)
  }

  @Test("reads what it writes of bytes of any number")
  func roundTrip() {
    var random = SeededRandom(seed: 64)
    for count in 0..<100 {
      let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
      #expect(decoded(String(base64: bytes.span)) == bytes)
      #expect(decoded(String(base64: bytes.span, isPadded: false), .either) == bytes)
    }
  }

  @Test("reads the alphabet of URLs where it is asked to")
  func alphabets() {
    #expect(decoded("-_8=", .either) == [0xFB, 0xFF])
    #expect(decoded("+/8", .either) == [0xFB, 0xFF])
    #expect(decoded("-_8=") == nil)
  }

  @Test(
    "refuses what is not base64",
    arguments: [
      "A", "=", "==", "====", "A===", "AA=A", "AA=", "Zm9v!", "Zm 9", "Zm9vYg===", "\u{E9}",
    ])
  func refusals(text: String) {
    #expect(decoded(text) == nil)
    #expect(decoded(text, .either) == nil)
  }
}
