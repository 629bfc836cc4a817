import Configuration
import TestSupport
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
    var random = SeededRandom(seed: 7)
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
