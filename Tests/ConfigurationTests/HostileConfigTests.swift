import Configuration
import TestSupport
import Testing

@Suite struct HostileConfigTests {
  private static let seeds = [
    "receivers:\n  otlp:\n    protocols: {grpc: {endpoint: \"0.0.0.0:4317\"}}\n",
    "a: &x {p: 1, q: [1, 2]}\nb: {<<: *x, r: ${env:X:-d}}\nc: |\n  text\n  more\n",
    "exporters::debug::verbosity: detailed\nl:\n- 1\n- !!str 2\n- {k: \"v\\x41\"}\n",
    "k: ${env:A_${env:B}}$$${file:f}${yaml:[1, 2]}\n? complex\n: 'it''s'\n",
  ]

  @Test("lives through 10,000 mutated texts, and keeps what it accepts printable")
  func mutations() {
    var random = SeededRandom(seed: 42)
    let marks = Array("{}[]:-?&*!|>'\"%@`#,$ \n\t\\~<0x".utf8) + [0, 0x80, 0xff, 0xc3]
    for round in 0..<10_000 {
      var bytes = Array(Self.seeds[round % Self.seeds.count].utf8)
      for _ in 0..<Int.random(in: 1...6, using: &random) where !bytes.isEmpty {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes[place] = marks.randomElement(using: &random) ?? 0
        case 1: bytes.remove(at: place)
        case 2: bytes.insert(marks.randomElement(using: &random) ?? 0, at: place)
        default: bytes.append(contentsOf: bytes[place...].prefix(20))
        }
      }
      check(bytes)
    }
  }

  @Test("lives through texts cut at every byte")
  func truncation() {
    for seed in Self.seeds {
      for end in 0...seed.utf8.count { check(Array(seed.utf8.prefix(end))) }
    }
  }

  /// Loads the text; what has no problems prints as YAML that has none either.
  private func check(_ bytes: [UInt8]) {
    let environment = ConfigEnvironment(
      variable: { $0.count < 3 ? "${\($0)_}[\($0)]" : nil },
      file: { $0 == "c" ? .bytes(bytes) : .unreadable("no") })
    let loaded = ConfigLoader.load(sources: ["c"], environment: environment)
    guard let node = loaded.node, loaded.problems.all.isEmpty else {
      if loaded.node == nil { #expect(!loaded.problems.all.isEmpty) }
      return
    }
    let problems = ConfigProblems()
    let text = ConfigPrinter(redacting: nil).yaml(node)
    let again = ConfigNode(yaml: text, source: "again", problems: problems)
    #expect(again?.sketch == node.sketch)
    #expect(problems.all.isEmpty)
  }
}
