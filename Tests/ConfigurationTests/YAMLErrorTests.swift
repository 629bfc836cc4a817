import Configuration
import Testing

@Suite struct YAMLErrorTests {
  private func problems(_ text: String) -> [String] {
    let problems = ConfigProblems()
    _ = ConfigNode(yaml: text, source: "c.yaml", problems: problems)
    return problems.sorted.map(\.description)
  }

  @Test(
    "says where a text is not YAML, in plain words",
    arguments: [
      ("a:\n\tb: 1", "c.yaml:2:1: a tab cannot indent YAML; use spaces"),
      ("a: \"x\nb: 1", "c.yaml:1:4: this quoted text has no closing quote"),
      ("a: 'x", "c.yaml:1:4: this quoted text has no closing quote"),
      (
        "a: b: c",
        "c.yaml:1:5: a \": \" cannot stand here; check the indentation, and put text that contains "
          + "\": \" in quotes"
      ),
      ("a: @x", "c.yaml:1:4: a value cannot begin with @; put it in quotes"),
      ("\u{e4}\u{e4}: `x", "c.yaml:1:5: a value cannot begin with `; put it in quotes"),
      ("a: 1\nb\n", "c.yaml:2:1: expected \": \" after this key"),
      ("a: [1, 2", "c.yaml:1:4: this \"[\" is never closed"),
      ("a: {x: 1", "c.yaml:1:4: this \"{\" is never closed"),
      (
        "a: [${X}]",
        "c.yaml:1:6: a \"{\" cannot stand here; put ${...} in quotes inside [ ] and { }"
      ),
      (
        "a: \"\\q\"",
        "c.yaml:1:5: unknown escape in double quotes; write \\\\ for a backslash or use single quotes"
      ),
      (
        "a: 1\n  b: 2",
        "c.yaml:2:4: a \": \" cannot stand here; check the indentation, and put text that contains "
          + "\": \" in quotes"
      ),
      (
        "a: \u{1}",
        "c.yaml:1:4: a control character is not allowed here; write it as an escape in double quotes"
      ),
      ("a: *x", "c.yaml:1:4: the alias *x names no anchor"),
      ("a: &x [*x]", "c.yaml:1:8: the alias *x stands inside the value it names"),
      (
        "a: 1\n---\nb: 2",
        "c.yaml:2:1: a second document begins here; write one document, or use a file for each"
      ),
      (
        "a: 1\nb: 2\na: 3",
        "c.yaml:3:1: the key \"a\" is written twice; the first is at line 1, column 1"
      ),
      (
        "a: !!binary aGk",
        "c.yaml:1:4: what is tagged !!binary must be base64 with padding, such as aGk="
      ),
      (
        "a: !!binary aG_=",
        "c.yaml:1:4: what is tagged !!binary must be base64 with padding, such as aGk="
      ),
      (
        "a: !!binary a===",
        "c.yaml:1:4: what is tagged !!binary must be base64 with padding, such as aGk="
      ), ("a: !!binary [1]", "c.yaml:1:4: the tag !!binary is not supported here"),
      ("a: !mine x", "c.yaml:1:4: the tag !mine is not supported here"),
      ("a: !!int x", "c.yaml:1:4: \"x\" does not fit its tag !!int"),
      ("[a]: 1", "c.yaml:1:1: a key must be text, not a list"),
      ("~: 1", "c.yaml:1:1: a key is missing before the \":\"; quote it if it is null"),
      ("<<: 1", "c.yaml:1:5: the merge key << takes a mapping or a list of mappings"),
    ])
  func words(text: String, message: String) {
    #expect(problems(text) == [message])
  }

  @Test("finds several problems of one text in the order of their places")
  func several() {
    #expect(
      problems("b: !!int x\na: 1\na: 2\nc: !x y").map { String($0.prefix(10)) }
        == ["c.yaml:1:4", "c.yaml:3:1", "c.yaml:4:4"])
  }

  @Test("refuses bytes that are not UTF-8, with their place")
  func notText() {
    let problems = ConfigProblems()
    let node = ConfigNode(yaml: Array("a: 1\nb: ".utf8) + [0xff], source: "c", problems: problems)
    #expect(node == nil)
    #expect(problems.all.first?.description.hasPrefix("c:2:4: the text is not UTF-8") == true)
  }

  @Test("bounds what aliases expand to")
  func laughs() {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...9 {
      let item = "*a\(level - 1)"
      let items = Array(repeating: item, count: 10).joined(separator: ", ")
      text += "a\(level): &a\(level) [\(items)]\n"
    }
    #expect(problems(text).first?.contains("more than 1000000 values") == true)
  }

  @Test("bounds the depth, written out and through aliases")
  func depth() {
    let deep = String(repeating: "[", count: 101) + String(repeating: "]", count: 101)
    #expect(problems(deep).first?.contains("nested deeper than 100") == true)
    let half = String(repeating: "[", count: 60) + String(repeating: "]", count: 60)
    let twice = String(repeating: "[", count: 60) + "*x" + String(repeating: "]", count: 60)
    #expect(problems("a: &x \(half)\nb: *x").isEmpty)
    #expect(problems("a: &x \(half)\nb: \(twice)").first?.contains("nested deeper") == true)
  }

  @Test("keeps the first 1000 problems and counts the others")
  func flood() {
    let problems = ConfigProblems()
    let text = String(repeating: "a: 1\n", count: 1500)
    _ = ConfigNode(yaml: text, source: "c.yaml", problems: problems)
    #expect(problems.all.count == 1000)
    #expect(problems.leftOut == 499)
  }

  @Test("refuses a text larger than the limit")
  func size() {
    let text = String(repeating: "#", count: (16 << 20) + 1)
    #expect(problems(text).first?.contains("more than the limit") == true)
  }
}
