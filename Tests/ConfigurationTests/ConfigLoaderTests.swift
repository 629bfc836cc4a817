import Configuration
import Testing

@Suite struct ConfigLoaderTests {
  @Test(
    "reads the sources of --config",
    arguments: [
      ("conf.yaml", ConfigSource.file("conf.yaml")), ("./a:b", .file("./a:b")),
      ("file:/etc/x.yaml", .file("/etc/x.yaml")), ("env:CONF", .environment("CONF")),
      ("yaml:a: 1", .yaml("a: 1")), ("x:1", .file("x:1")),
    ])
  func sources(text: String, source: ConfigSource) throws {
    #expect(try ConfigSource(text) == source)
  }

  @Test(
    "refuses sources that it cannot read",
    arguments: [
      ("http://h/c", "not fetched over http"),
      ("https://u:p@h/c", "\"https://[REDACTED]@h/c\": configurations are not fetched over https"),
      ("s3:x", "\"s3:\" is not a known kind of source"), ("file:", "names nothing"),
      ("", "names nothing"),
    ])
  func refused(text: String, message: String) {
    #expect {
      try ConfigSource(text)
    } throws: { error in
      "\(error)".contains(message)
    }
  }

  @Test(
    "merges sources and overrides (7.2)",
    arguments: [
      (["yaml:a: {b: 1, c: 2}", "yaml:a: {b: 3}"], [], "{a: {b: int 3, c: int 2}}"),
      (["yaml:a: [1, 2]", "yaml:a: [3]"], [], "{a: list [int 3]}"),
      (["yaml:a: {b: 1}", "yaml:a:"], [], "{a: null}"),
      (["yaml:a:", "yaml:a: {b: 1}"], [], "{a: {b: int 1}}"),
      (["yaml:a: {b: 1}", "yaml:a: {}"], [], "{a: {b: int 1}}"),
      (["yaml:a: {b: 1}", "yaml:a: x"], [], "{a: text x}"),
      (["yaml:a: 1", "yaml:"], [], "{a: int 1}"),
      (
        ["yaml:exporters::debug::verbosity: detailed"], [],
        "{exporters: {debug: {verbosity: text detailed}}}"
      ),
      (["yaml:a: {b: 1}", "yaml:a::b: 2"], [], "{a: {b: int 2}}"),
      (["yaml:a: {b: 1}"], ["a.b=2s", "a.c=[1, x]"], "{a: {b: text 2s, c: list [int 1, text x]}}"),
      (["yaml:a: {b: 1}"], ["a::b=2", "a::c.d=3"], "{a: {b: int 2, c: {d: int 3}}}"),
      (["yaml:a: 1"], ["a="], "{a: null}"), (["yaml:a: 1"], ["b=x=y"], "{a: int 1, b: text x=y}"),
      (["yaml:a: 1"], ["b=${V}"], "{a: int 1, b: int 7}"),
      (["env:CONF", "file:over.yaml"], [], "{a: int 1, b: int 2}"),
    ] as [([String], [String], String)])
  func merges(sources: [String], sets: [String], meaning: String) {
    let environment = ConfigEnvironment.fixed(
      ["CONF": "a: 1\nb: 1", "V": "7"], files: ["over.yaml": "b: 2"])
    let sources = sources.map { $0 == "yaml:" ? "yaml:# nothing" : $0 }
    let loaded = ConfigLoader.load(sources: sources, sets: sets, environment: environment)
    #expect(loaded.node?.sketch == meaning)
    #expect(loaded.problems.all.isEmpty)
  }

  @Test(
    "says what is wrong with the flags",
    arguments: [
      ([], [], "--config: at least one config flag must be provided"),
      (["none.yaml"], [], "--config: cannot read none.yaml: No such file or directory"),
      (["env:NONE"], [], "--config: the environment variable NONE is not set"),
      (["yaml:[1]"], [], "yaml::1:1: expected a mapping such as \"receivers:\", found a list"),
      (["yaml:a: 1"], ["b"], "--set: missing equal sign in \"b\"; write a.b.c=value"),
      (
        ["yaml:a: 1"], ["a..b=1"],
        "--set a..b: the name before = must be keys joined by dots, such as a.b.c"
      ),
      (
        ["yaml:a: 1"], ["a=${1}"],
        "--set a: a: \"1\" is not the name of an environment variable; it must match "
          + "^[a-zA-Z_][a-zA-Z0-9_]*$ (write $${ for the text ${)"
      ),
    ] as [([String], [String], String)])
  func flags(sources: [String], sets: [String], message: String) {
    let loaded = ConfigLoader.load(sources: sources, sets: sets, environment: .fixed())
    #expect(loaded.problems.sorted.map(\.description) == [message])
  }

  @Test("takes at most 100 sources")
  func many() {
    let sources = Array(repeating: "yaml:a: 1", count: 101)
    let loaded = ConfigLoader.load(sources: sources, environment: .fixed())
    #expect(loaded.problems.all.first?.message == "101 sources; at most 100 are allowed")
  }

  @Test("names files that the process cannot read")
  func process() {
    let loaded = ConfigLoader.load(sources: ["/nonexistent/x.yaml", "/"])
    #expect(
      loaded.problems.all.map(\.message) == [
        "cannot read /nonexistent/x.yaml: No such file or directory",
        "cannot read /: Is a directory",
      ])
  }
}
