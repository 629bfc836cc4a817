import Configuration
import Testing

@Suite struct ConfigPrinterTests {
  @Test("redacts what components read as secrets, and what looks like one")
  func redaction() throws {
    let yaml = """
      exporters:
        otlp:
          endpoint: https://me:word@host:4317/x
          headers: {a: first, b: 2}
          key: marked
          auth: {api_token: guessed, token_ttl: 5}
          list: [{name: N, value: marked too}]
          plain: visible
      """
    let problems = ConfigProblems()
    let node = try #require(ConfigNode(yaml: yaml, source: "c", problems: problems))
    problems.secrets.mark("exporters::otlp::key")
    problems.secrets.mark("exporters::otlp::headers")
    problems.secrets.mark("exporters::otlp::list::0::value")
    let expected = """
      exporters:
        otlp:
          endpoint: "https://[REDACTED]@host:4317/x"
          headers:
            a: "[REDACTED]"
            b: "[REDACTED]"
          key: "[REDACTED]"
          auth:
            api_token: "[REDACTED]"
            token_ttl: 5
          list:
            - name: N
              value: "[REDACTED]"
          plain: visible

      """
    #expect(ConfigPrinter(redacting: problems.secrets).yaml(node) == expected)
    #expect(ConfigPrinter(redacting: nil).yaml(node).contains("me:word@host"))
    #expect(!ConfigPrinter(redacting: problems.secrets).json(node).contains("marked"))
  }

  @Test("renders JSON")
  func json() throws {
    let yaml = "{a: [1, 0x10, 1.5, true, ~, .inf], \"b\\n\": \"q\\\"\\u0001\"}"
    let node = try #require(ConfigNode(yaml: yaml, source: "c", problems: ConfigProblems()))
    #expect(
      ConfigPrinter(redacting: nil).json(node)
        == "{\"a\":[1,16,1.5,true,null,\".inf\"],\"b\\n\":\"q\\\"\\u0001\"}")
  }

  @Test("writes YAML that reads back as the same tree")
  func roundTrip() throws {
    var random = SmallRandom(seed: 7)
    for _ in 0..<2000 {
      let node = random.node(depth: 4)
      let text = ConfigPrinter(redacting: nil).yaml(node)
      let problems = ConfigProblems()
      let again = ConfigNode(yaml: text, source: "t", problems: problems)
      try #require(again?.sketch == node.sketch, "\(text)")
      try #require(problems.all.isEmpty)
    }
  }

  @Test(
    "escaped for references, every text loads as itself",
    arguments: ["$", "$5", "$$", "${X}", "$${X}", "a${X}b", "$$$", "${", "$}{$", "${X:-${Y}}"])
  func escapesReferences(text: String) {
    let place = ConfigLocation(source: "t", line: 1, column: 1)
    let tree = ConfigNode(
      .mapping([
        .init(key: "a", keyLocation: place, value: ConfigNode(.string(text), at: place)),
        .init(
          key: "b", keyLocation: place,
          value: ConfigNode(.list([ConfigNode(.string(text), at: place)]), at: place)),
      ]), at: place)
    let printer = ConfigPrinter(redacting: nil)
    for written in [printer.yaml(tree.escapingReferences), printer.json(tree.escapingReferences)] {
      let loaded = ConfigLoader.load(
        sources: ["yaml:" + written], sets: [], environment: .fixed(["X": "x"]))
      #expect(loaded.node?.sketch == tree.sketch)
    }
  }
}

/// A generator of trees that is the same in every run.
struct SmallRandom: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state ^ (state >> 29)
  }

  private static let place = ConfigLocation(source: "t", line: 1, column: 1)
  private static let texts = [
    "", "x", "true", "0123", "a b", " a", "a ", "a: b", "a:", "# c", "- x", "-", "?", "<<", "~",
    "null", "1.5", "line\nbreak", "tab\there", "\"q\"", "'q'", "{a}", "[b]", "\u{e4}\u{1F600}",
    "%x", "@y", "`z", "!t", "&a", "*b", "|", ">", "---", "...", "host:4317", "\u{1}\u{7f}\u{85}",
    "\u{2028}\u{FEFF}\u{FFFE}", "a  b", "\r", "a #b", "${X}", "1_000", "1:30", "yes",
    String(repeating: "k", count: 1500),
  ]

  mutating func node(depth: Int) -> ConfigNode {
    let text = Self.texts.randomElement(using: &self) ?? ""
    let kind = Int.random(in: 0..<(depth > 0 ? 8 : 6), using: &self)
    let content: ConfigNode.Content
    switch kind {
    case 0: content = .null
    case 1: content = .bool(true, text: "True")
    case 2: content = .int(83, text: "0123")
    case 3: content = .double(1, text: "1")
    case 4: content = .string(text)
    case 5: content = .bytes([104, 105], text: "aGk=")
    case 6:
      content = .list((0..<Int.random(in: 0...3, using: &self)).map { _ in node(depth: depth - 1) })
    default:
      let keys = Set(
        (0..<Int.random(in: 0...3, using: &self)).map { _ in
          Self.texts.randomElement(using: &self) ?? ""
        })
      content = .mapping(
        keys.sorted().map { .init(key: $0, keyLocation: Self.place, value: node(depth: depth - 1)) }
      )
    }
    return ConfigNode(content, at: Self.place)
  }
}
