import Testing

@testable import Patterns

@Suite struct PatternTests {
  private func captures(_ pattern: Pattern, _ text: String) -> [Range<Int>]? {
    let bytes = Array(text.utf8)
    return pattern.captures(in: bytes.span)
  }

  @Test(
    "matches anywhere unless it is anchored",
    arguments: [
      ("a+b", "xaab", true), ("^a", "ba", false), ("^a$", "a", true), ("", "", true),
      ("(?i)get", "GET", true), (#"\d{3}"#, "a 404", true), (#"\d{3}"#, "a 40", false),
      ("gr\u{FC}\u{DF}", "viele gr\u{FC}\u{DF}e", true), (".", "", false),
    ])
  func matching(pattern: String, text: String, expected: Bool) throws {
    #expect(try Pattern(pattern).matches(text) == expected)
  }

  @Test(
    "groups are named in both ways",
    arguments: ["(?P<verb>[A-Z]+) /(?P<rest>.*)", "(?<verb>[A-Z]+) /(?<rest>.*)"])
  func groups(text: String) throws {
    let pattern = try Pattern(text)
    #expect(pattern.text == text)
    #expect(pattern.groupNames == ["verb", "rest"])
    #expect(captures(pattern, "GET /a/b") == [0..<3, 5..<8])
    #expect(captures(pattern, "nothing") == nil)
  }

  @Test("a group that took no part is empty, and one without a name has none")
  func absentGroups() throws {
    let pattern = try Pattern("(?P<a>a)|(b)")
    #expect(pattern.groupNames == ["a", nil])
    #expect(captures(pattern, "xb") == [0..<0, 1..<2])
  }

  @Test("a name is not looked for where brackets, escapes and quotes make it text")
  func literalNames() throws {
    for text in [#"[(?<a>]"#, #"\(?<a>"#, #"\Q(?<a>\E"#, #"[](?<a>]"#, #"[^](?<a>]"#] {
      #expect(try Pattern(text).groupNames == [], "\(text)")
    }
  }

  @Test(
    "an error says what is wrong and at which character",
    arguments: [
      ("a(b", "missing ): a(b", nil), ("[a", "missing ]: [a", nil),
      ("x[z-a]", "invalid character class range: z-a", 3),
      ("ab**", "bad repetition operator: **", 3),
      ("(?<ab>x)c**", "bad repetition operator: **", 10),
      (#"\8"#, #"invalid escape sequence: \8"#, nil),
      ("\u{E9}x**", "bad repetition operator: **", 3),
      ("(?=a)", "invalid perl operator: (?=", 1),
    ] as [(String, String, Int?)])
  func errors(pattern: String, reason: String, column: Int?) {
    #expect(throws: PatternError(reason, column: column)) { try Pattern(pattern) }
  }

  @Test("a pattern that takes too much memory or text is refused")
  func limits() {
    #expect(throws: PatternError.self) { try Pattern("((a{100}){100}){100}") }
    #expect(throws: PatternError.self) { try Pattern(String(repeating: "(a|b)", count: 20_000)) }
  }

  @Test("a hostile text takes time in proportion to its length")
  func linearTime() throws {
    let pattern = try Pattern("(a*)*b")
    let text = [UInt8](repeating: UInt8(ascii: "a"), count: 1 << 18)
    let isMatch = pattern.matches(text.span)
    #expect(!isMatch)
  }

  @Test("bytes that are not UTF-8 do no harm")
  func invalidText() throws {
    let pattern = try Pattern("(?P<all>.+)")
    for bytes in [[0xFF, 0xFE], [0x00], [0xC3], [0xED, 0xA0, 0x80]] as [[UInt8]] {
      _ = pattern.matches(bytes.span)
      _ = pattern.captures(in: bytes.span)
    }
    #expect(captures(pattern, "a\u{0}")?.count == 1)
  }
}
