import Bytes
import Testing

@Suite struct EscapesTests {
  @Test(
    "decodes escapes, and leaves a mark without digits as it is",
    arguments: [
      ("", ""), ("plain", "plain"), ("%2Fa%2fb", "/a/b"), ("%", "%"), ("%4", "%4"),
      ("%zz%41", "%zzA"), ("%+5", "%+5"), ("%%41", "%A"), ("%C3%A9", "\u{E9}"),
    ])
  func escapes(text: String, expected: String) {
    let decoded = text.utf8Span.span.decodingEscapes(after: "%")
    #expect(String(decoding: decoded, as: UTF8.self) == expected)
    let marked = Array(text.replacing("%", with: #"\x"#).utf8)
    let other = marked.span.decodingEscapes(after: #"\x"#)
    #expect(String(decoding: other, as: UTF8.self).replacing(#"\x"#, with: "%") == expected)
  }
}
