import Configuration
import Testing

@Suite struct YAMLTests {
  @Test(
    "reads scalars by the rules of the reference",
    arguments: [
      ("true", "bool true"), ("True", "bool true"), ("TRUE", "bool true"), ("tRUE", "text tRUE"),
      ("false", "bool false"), ("yes", "text yes"), ("no", "text no"), ("on", "text on"),
      ("off", "text off"), ("~", "null"), ("null", "null"), ("Null", "null"), ("NULL", "null"),
      ("nULL", "text nULL"), ("1", "int 1"), ("-1", "int -1"), ("+7", "int 7"),
      ("0x1F", "int 31"), ("0o17", "int 15"), ("0123", "int 83"), ("0b101", "int 5"),
      ("-0x10", "int -16"), ("1_000", "int 1000"), ("089", "double 89.0"), ("0x", "text 0x"),
      ("9223372036854775807", "int 9223372036854775807"),
      ("9223372036854775808", "double 9.223372036854776e+18"), ("1.5", "double 1.5"),
      (".5", "double 0.5"), ("1e3", "double 1000.0"), ("1.", "double 1.0"), (".", "text ."),
      (".inf", "double inf"), ("-.INF", "double -inf"), (".nan", "double nan"),
      ("1s", "text 1s"), ("1.2.3", "text 1.2.3"), ("2001-01-01", "text 2001-01-01"),
      ("'1'", "text 1"), ("\"true\"", "text true"), ("''", "text "), ("!!str 1", "text 1"),
      ("!!int 0123", "int 83"), ("!!float 1", "double 1.0"), ("!!bool true", "bool true"),
      ("!!binary aGk=", "bytes [104, 105] aGk="),
      ("!!binary \"AP+/\"", "bytes [0, 255, 191] AP+/"), ("!!binary ''", "bytes [] "),
      ("!!binary |\n  aG\n  k=\n", "bytes [104, 105] aGk="), ("! 12", "text 12"),
      ("- 1", "list [int 1]"), ("+", "text +"), ("-", "list [null]"),
      ("0xdeadbeef", "int 3735928559"), ("1e400", "text 1e400"), ("12:30:45", "text 12:30:45"),
    ])
  func scalars(text: String, meaning: String) throws {
    let problems = ConfigProblems()
    let node = try #require(ConfigNode(yaml: text, source: "t", problems: problems))
    #expect(node.sketch == meaning)
    #expect(problems.all.isEmpty)
  }

  @Test(
    "reads structure, anchors, aliases and merge keys",
    arguments: [
      ("", "null"), ("# nothing\n", "null"), ("a: {b: [1, x]}", "{a: {b: list [int 1, text x]}}"),
      ("a: &x 1\nb: *x", "{a: int 1, b: int 1}"),
      (
        "x: &x {p: 1, q: 2}\ny: {<<: *x, q: 3}",
        "{x: {p: int 1, q: int 2}, y: {q: int 3, p: int 1}}"
      ),
      (
        "x: &x {p: 1}\nw: &w {p: 2, q: 3}\ny:\n  <<: [*x, *w]\n  r: 4",
        "{x: {p: int 1}, w: {p: int 2, q: int 3}, y: {r: int 4, p: int 1, q: int 3}}"
      ), ("'<<': 1", "{<<: int 1}"), ("1: a\ntrue: b", "{1: text a, true: text b}"),
      ("a: |\n  x\n  y\n", "{a: text x\ny\n}"), ("---\na: 1\n...\n", "{a: int 1}"),
      ("\u{FEFF}a: 1", "{a: int 1}"),
    ])
  func structure(text: String, meaning: String) throws {
    let problems = ConfigProblems()
    let node = try #require(ConfigNode(yaml: text, source: "t", problems: problems))
    #expect(node.sketch == meaning)
    #expect(problems.all.isEmpty)
  }
}
