import Configuration
import Testing

@Suite struct ConfigExpansionTests {
  private static let environment = ConfigEnvironment.fixed(
    [
      "X": "x", "NUM": "0123", "HEX": "0xdeadbeef", "BOOL": "true", "LIST": "[a, 1]",
      "MAP": "{k: v, n: '${NUM}'}", "EMPTY": "", "NAME": "X", "REF": "${env:X}", "DOLLARS": "a$$b",
      "BAD": "@not: yaml: at all", "QUOTED": "\"0123\"", "LOOP": "${LOOP}", "T": "t",
      "A_x": "nested", "DEEP": "['${LIST}']",
    ],
    files: ["f": "k: v\n", "secret": "s3cret\n", "number": "0123\n", "refs": "a: ${X}\n"])

  private func load(_ value: String) -> (value: ConfigNode?, loaded: LoadedConfig) {
    let loaded = ConfigLoader.load(
      sources: ["c"], environment: .fixedFile("v: \(value)\n", over: Self.environment))
    guard case .mapping(let entries)? = loaded.node?.content else { return (nil, loaded) }
    return (entries.first?.value, loaded)
  }

  @Test(
    "replaces references by the types and texts of the reference collector (7.2)",
    arguments: [
      ("${env:X}", "text x", "x"), ("${X}", "text x", "x"), ("$X", "text $X", "$X"),
      ("a-${env:X}-b", "text a-x-b", "a-x-b"), ("${env:NUM}", "int 83", "0123"),
      ("n${NUM}", "text n0123", "n0123"), ("${NUM}${NUM}", "text 01230123", "01230123"),
      ("${HEX}", "int 3735928559", "0xdeadbeef"), ("${BOOL}", "bool true", "true"),
      ("${T}", "text t", "t"), ("${LIST}", "list [text a, int 1]", "[a, 1]"),
      ("l=${LIST}", "text l=[a, 1]", "l=[a, 1]"),
      ("${MAP}", "{k: text v, n: int 83}", "{k: v, n: '0123'}"),
      ("${EMPTY}", "null", ""), ("${EMPTY:-d}", "null", ""), ("${NONE:-d}", "text d", "d"),
      ("${env:NONE:-12}", "int 12", "12"), ("${NONE:-}", "null", ""),
      ("${NONE:-a:-b}", "text a:-b", "a:-b"),
      ("${NONE:-http://h:1}", "text http://h:1", "http://h:1"),
      ("${env:A_${env:X}}", "text nested", "nested"), ("${${NAME}}", "text x", "x"),
      ("${NONE:-${X}}", "text x", "x"), ("${REF}", "text x", "x"), ("p${REF}", "text px", "px"),
      ("$$", "text $", "$"), ("$${X}", "text ${X}", "${X}"), ("$$${X}", "text $x", "$x"),
      ("$$$$X", "text $$X", "$$X"), ("${DOLLARS}", "text a$b", "a$b"),
      ("${BAD}", "text @not: yaml: at all", "@not: yaml: at all"),
      ("${QUOTED}", "text 0123", "0123"), ("'${env:NUM}'", "int 83", "0123"),
      ("\"${LIST}\"", "list [text a, int 1]", "[a, 1]"), ("${file:f}", "{k: text v}", "k: v"),
      ("${file:secret}", "text s3cret", "s3cret"), ("${file:number}", "int 83", "0123"),
      ("${file:refs}", "{a: text x}", "a: x"),
      ("'${yaml:[1, 2]}'", "list [int 1, int 2]", "[1, 2]"),
      ("'${yaml:[${NUM}]}'", "list [int 83]", "[0123]"), ("${X", "text ${X", "${X"),
      ("a}b", "text a}b", "a}b"), ("'${a${X}'", "text ${ax", "${ax"),
      ("${DEEP}", "list [list [text a, int 1]]", "['[a, 1]']"),
      ("['${X}', '${NUM}']", "list [text x, int 83]", nil),
    ] as [(String, String, String?)])
  func values(text: String, meaning: String, asText: String?) throws {
    let (value, loaded) = load(text)
    #expect(value?.sketch == meaning)
    #expect(value?.text == asText)
    #expect(loaded.problems.all.isEmpty)
    #expect(loaded.warnings.isEmpty)
  }

  @Test(
    "says where a reference is wrong",
    arguments: [
      (
        "${env:1X}",
        "c:1:4: v: \"1X\" is not the name of an environment variable; it must match "
          + "^[a-zA-Z_][a-zA-Z0-9_]*$ (write $${ for the text ${)"
      ),
      (
        "a${}",
        "c:1:4: v: \"\" is not the name of an environment variable; it must match "
          + "^[a-zA-Z_][a-zA-Z0-9_]*$ (write $${ for the text ${)"
      ),
      ("${file:none}", "c:1:4: v: cannot read the file none: No such file or directory"),
      ("${https://h/x}", "c:1:4: v: references over https are not supported"),
      (
        "${vault:x}",
        "c:1:4: v: \"vault:\" is not a known kind of reference; use env:, file: or yaml:"
      ),
      (
        "${LOOP}",
        "c:1:4: v: references lead to references more than 100 times; is there a loop?"
      ),
      (
        "[1, {k: \"${LOOP}\"}]",
        "c:1:12: v::1::k: references lead to references more than 100 times; is there a loop?"
      ),
    ])
  func problems(text: String, message: String) {
    #expect(load(text).loaded.problems.all.map(\.description) == [message])
  }

  @Test("warns once about a variable that is not set, and goes on without it")
  func unset() {
    let (value, loaded) = load("${NONE}")
    #expect(value?.sketch == "null")
    #expect(value?.text == "")
    #expect(
      loaded.warnings.map(\.description)
        == ["c:1:4: v: the configuration refers to the unset environment variable NONE"])
    #expect(loaded.problems.all.isEmpty)
  }

  @Test("locates what a reference brought inside its source")
  func places() throws {
    let (value, _) = load("${MAP}")
    guard case .mapping(let entries)? = value?.content else {
      Issue.record("no mapping")
      return
    }
    #expect(value?.location == ConfigLocation(source: "c", line: 1, column: 4))
    #expect(entries[0].keyLocation == ConfigLocation(source: "env:MAP", line: 1, column: 2))
    #expect(entries[1].value.location == ConfigLocation(source: "env:MAP", line: 1, column: 11))
  }

  @Test("bounds references that multiply")
  func multiplied() {
    var variables = ["V0": "y"]
    for level in 1...60 { variables["V\(level)"] = "${V\(level - 1)}${V\(level - 1)}" }
    let loaded = ConfigLoader.load(sources: ["yaml:v: ${V60}"], environment: .fixed(variables))
    #expect(loaded.problems.all.count == 1)
    #expect(loaded.problems.all.first?.message.hasPrefix("the references bring more") == true)
  }

  @Test("bounds nesting that each value adds to")
  func nestedLoop() {
    let text = String(repeating: "${", count: 90) + "A" + String(repeating: "}", count: 90)
    for source in ["yaml:v: ${A}", "yaml:v: x${A}"] {
      let loaded = ConfigLoader.load(sources: [source], environment: .fixed(["A": text]))
      #expect(loaded.problems.all.map(\.message).first?.contains("is there a loop?") == true)
    }
  }

  @Test("bounds nesting inside one text and across values")
  func nested() {
    let text = String(repeating: "${", count: 200)
    #expect(load("'\(text)'").loaded.problems.all.count == 1)
    let deep = String(repeating: "[", count: 40) + "'${D}'" + String(repeating: "]", count: 40)
    let loaded = ConfigLoader.load(sources: ["yaml:v: ${D}"], environment: .fixed(["D": deep]))
    #expect(
      loaded.problems.all.first?.message == "lists and mappings are nested deeper than 100")
  }
}

extension ConfigEnvironment {
  /// This environment with a file `c` of the text.
  static func fixedFile(_ text: String, over base: ConfigEnvironment) -> ConfigEnvironment {
    ConfigEnvironment(
      variable: base.variable, file: { $0 == "c" ? .bytes(Array(text.utf8)) : base.file($0) })
  }
}
