import Configuration
import Testing

@Suite struct ConfigSectionTests {
  enum Level: String, CaseIterable { case basic, normal, detailed }

  /// What a read gives, and the problems.
  private func read<Value>(
    _ yaml: String, _ body: (ConfigSection) -> Value
  ) throws -> (Value, [String]) {
    let problems = ConfigProblems()
    let node = try #require(ConfigNode(yaml: yaml, source: "c", problems: problems))
    let value = body(ConfigSection(node, path: "p", problems: problems))
    return (value, problems.sorted.map(\.description))
  }

  @Test(
    "reads durations",
    arguments: [
      ("200ms", .milliseconds(200), nil), ("1h2m3s4ms", .milliseconds(3_723_004), nil),
      ("1.5s", .milliseconds(1500), nil), ("0", .zero, nil), ("300us", .microseconds(300), nil),
      ("~", .seconds(9), nil),
      (
        "5", .seconds(9),
        "c:1:4: p::k: expected a duration such as 200ms, 5s or 1h30m, found 5 without a unit; "
          + "did you mean 5s?"
      ),
      (
        "[1s]", .seconds(9),
        "c:1:4: p::k: expected a duration such as 200ms, 5s or 1h30m, found a list"
      ), ("-5s", .seconds(9), "c:1:4: p::k: a negative duration is not allowed here"),
      (
        "5 parsecs", .seconds(9),
        "c:1:4: p::k: expected a duration such as 200ms, 5s or 1h30m, found \"5 parsecs\""
      ),
    ] as [(String, Duration, String?)])
  func durations(text: String, expected: Duration, problem: String?) throws {
    let (value, problems) = try read("k: \(text)") { $0.duration("k", default: .seconds(9)) }
    #expect(value == expected)
    #expect(problems == (problem.map { [$0] } ?? []))
  }

  @Test(
    "an empty name in a list is a problem where it is written",
    arguments: [
      ("[a, b]", ["a", "b"], []), ("a", ["a"], []), ("[]", [], []),
      (
        "[a, \"\", ~]", ["a"],
        [
          "c:1:8: p::k::1: is empty; take the line out, or write what is meant",
          "c:1:12: p::k::2: is empty; take the line out, or write what is meant",
        ]
      ),
      ("''", [], ["c:1:4: p::k: is empty; leave the key out for none"]),
      ("[[]]", [], ["c:1:5: p::k::0: expected text, found a list"]),
      ("[!!binary aGk=]", [], ["c:1:5: p::k::0: expected text, found bytes"]),
    ] as [(String, [String], [String])])
  func names(text: String, expected: [String], found: [String]) throws {
    let (value, problems) = try read("k: \(text)") { $0.names("k") }
    #expect(value == expected)
    #expect(problems == found)
  }

  @Test(
    "reads sizes",
    arguments: [
      ("64MiB", 67_108_864, nil), ("1GB", 1_000_000_000, nil), ("512", 512, nil),
      ("1.5KiB", 1536, nil), ("10 kb", 10_000, nil), ("7B", 7, nil), ("4Gi", 4_294_967_296, nil),
      (
        "1XB", 9,
        "c:1:4: p::k: expected a size in bytes such as 1048576, 64MiB or 1GB, found \"1XB\""
      ), ("-1", 9, "c:1:4: p::k: expected at least 0 bytes, found -1"),
      (
        "true", 9,
        "c:1:4: p::k: expected a size in bytes such as 1048576, 64MiB or 1GB, found true"
      ),
    ] as [(String, Int, String?)])
  func sizes(text: String, expected: Int, problem: String?) throws {
    let (value, problems) = try read("k: \(text)") { $0.byteSize("k", default: 9) }
    #expect(value == expected)
    #expect(problems == (problem.map { [$0] } ?? []))
  }

  @Test(
    "reads whole numbers and truth values",
    arguments: [
      ("5", 5, nil), ("0x10", 16, nil), ("~", 9, nil),
      ("101", 9, "c:1:4: p::k: expected a whole number from 0 to 100, found 101"),
      (
        "'5'", 9,
        "c:1:4: p::k: expected a whole number from 0 to 100, found \"5\"; write the number without "
          + "quotes"
      ), ("1.5", 9, "c:1:4: p::k: expected a whole number from 0 to 100, found 1.5"),
      ("{}", 9, "c:1:4: p::k: expected a whole number from 0 to 100, found a mapping"),
    ] as [(String, Int, String?)])
  func numbers(text: String, expected: Int, problem: String?) throws {
    let (value, problems) = try read("k: \(text)") { $0.int("k", default: 9, in: 0...100) }
    #expect(value == expected)
    #expect(problems == (problem.map { [$0] } ?? []))
    let (truth, found) = try read("k: t") { $0.bool("k", default: true) }
    #expect(truth && found == ["c:1:4: p::k: expected true or false, found \"t\""])
  }

  @Test("reads text as written, and refuses lists")
  func text() throws {
    let (value, problems) = try read("{a: 0123, b: true, c: ~, d: [x]}") { section in
      ["a", "b", "c", "d", "e"].map { section.string($0) }
    }
    #expect(value == ["0123", "true", nil, nil, nil])
    #expect(problems == ["c:1:29: p::d: expected text, found a list"])
  }

  @Test("reads choices, with a guess at what was meant")
  func choices() throws {
    let (good, none) = try read("k: detailed") { $0.choice("k", default: Level.basic) }
    #expect(good == .detailed && none.isEmpty)
    let (bad, problems) = try read("k: detaild") { $0.choice("k", default: Level.basic) }
    #expect(bad == .basic)
    #expect(
      problems == [
        "c:1:4: p::k: \"detaild\" is not one of basic, normal, detailed; did you mean \"detailed\"?"
      ])
  }

  @Test("reads lists, maps, secrets and sections of lists")
  func collections() throws {
    let yaml = """
      one: x
      many: [a, 2, [b]]
      map: {A: 1, B: ~, C: [x]}
      headers: {Authorization: Bearer x}
      pairs: [{name: N, value: V}, {name: M, valu: W}]
      parts: [{a: 1}, 2]
      """
    let (_, problems) = try read(yaml) { section in
      #expect(section.strings("one") == ["x"])
      #expect(section.strings("many") == ["a", "2"])
      #expect(section.stringMap("map")?.map(\.value) == ["1", ""])
      #expect(section.secrets("headers")?.first?.value.revealed == "Bearer x")
      #expect(section.secrets("pairs")?.map(\.name) == ["N"])
      #expect(section.sections("parts")?.count == 2)
      #expect(section.sections("none") == nil)
    }
    #expect(
      problems == [
        "c:2:14: p::many::2: expected text, found a list",
        "c:3:22: p::map::C: expected text, found a list",
        "c:5:30: p::pairs::1: expected name and value",
        "c:5:40: p::pairs::1: unknown key \"valu\"; did you mean \"value\"? known keys: name, value",
        "c:6:17: p::parts::1: expected a mapping, found a whole number",
      ])
  }

  @Test("shows what is written in place of an option, but neither references nor possible secrets")
  func shown() throws {
    let environment = ConfigEnvironment.fixed(
      ["TOKEN": "s3cret"],
      files: ["c": "a: ${TOKEN}\nb: x-${TOKEN}\nc: soon\nheaders: Bearer\nlist: [Bearer]"])
    let loaded = ConfigLoader.load(sources: ["c"], environment: environment)
    let section = ConfigSection(try #require(loaded.node), path: "", problems: loaded.problems)
    for key in ["a", "b", "c"] { _ = section.bool(key, default: true) }
    for key in ["headers", "list"] { _ = section.secrets(key) }
    #expect(
      loaded.problems.sorted.map(\.description) == [
        "c:1:4: a: expected true or false, found text",
        "c:2:4: b: expected true or false, found text",
        "c:3:4: c: expected true or false, found \"soon\"",
        "c:4:10: headers: expected a mapping of names to texts, found text",
        "c:5:8: list::0: expected a mapping, found text",
      ])
  }

  @Test("tells a problem once, and on one line of the terminal")
  func once() {
    let problems = ConfigProblems()
    let place = ConfigLocation(source: "c", line: 1, column: 2)
    for _ in 0..<3 {
      problems.add(ConfigProblem(location: place, path: "a\u{1B}[2Jb", message: "is\nbad"))
    }
    #expect(problems.all.map(\.description) == [#"c:1:2: a\u{1B}[2Jb: is\nbad"#])
  }

  @Test("names unknown keys at their own places")
  func unknown() throws {
    let (_, problems) = try read("timeout: 1s\ntimeuot: 2s\nzebra: 1") { section in
      _ = section.duration("timeout", default: .zero)
      _ = section.bool("enabled", default: true)
      section.finish()
    }
    #expect(
      problems == [
        "c:2:1: p: unknown key \"timeuot\"; did you mean \"timeout\"? known keys: enabled, timeout",
        "c:3:1: p: unknown key \"zebra\"; known keys: enabled, timeout",
      ])
  }

  @Test(
    "guesses at misspelt words",
    arguments: [
      ("timeuot", "timeout"), ("Timeout", "timeout"), ("time", "timeout"), ("endpont", "endpoint"),
      ("tsl", "tls"), ("zebra", nil), ("", nil), ("ab", nil), ("endpoint_url", "endpoint"),
    ] as [(String, String?)])
  func spelling(word: String, expected: String?) {
    #expect(Spelling.nearest(to: word, among: ["timeout", "endpoint", "tls"]) == expected)
  }

  @Test(
    "choices in letters of any case where that is allowed",
    arguments: [("Detailed", Level.detailed), ("NORMAL", .normal), ("basic", .basic)])
  func choicesOfAnyCase(text: String, expected: Level) throws {
    let (value, problems) = try read("k: \(text)") {
      $0.choice("k", default: Level.basic, ignoringCase: true)
    }
    #expect(value == expected)
    #expect(problems.isEmpty)
  }

  @Test(
    "headers that cannot be sent are problems at their place",
    arguments: [
      ("{a b: x}", "c:1:10: p::k::a b: \"a b\" is no header's name; use letters, digits and -"),
      ("{X: \"a\\nb\"}", "c:1:8: p::k::X: has a line end or another control character"),
      ("{Host: x}", "c:1:11: p::k::Host: set authority"), ("{X-A: b, y: ''}", nil),
      ("[{name: host, value: x}]", "c:1:4: p::k::host: set authority"),
    ] as [(String, String?)])
  func headers(yaml: String, problem: String?) throws {
    let (_, problems) = try read("k: \(yaml)") {
      $0.headers("k", reserved: ["host": "set authority"])
    }
    #expect(problems == (problem.map { [$0] } ?? []))
  }
}
