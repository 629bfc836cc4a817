import Components
import Configuration
import Telemetry
import TestSupport
import Testing

@testable import Processors

@Suite struct AttributesConfigTests {
  private func problems(_ action: ConfigTree) -> [String] {
    let tree: ConfigTree = ["actions": [action]]
    return tree.decode(AttributesConfig.self).problems
  }

  @Test(
    "every action is read",
    arguments: [
      ["key": "a", "action": "insert", "value": 1],
      ["key": "a", "action": "UPDATE", "from_attribute": "b"],
      ["key": "a", "action": "upsert", "from_context": "metadata.X-Tenant"],
      ["key": "a", "action": "upsert", "from_context": "client.address", "default_value": "none"],
      ["key": "a", "action": "upsert", "default_value": ["x", 1]],
      ["key": "a", "action": "delete"], ["pattern": "^a", "action": "delete"],
      ["key": "a", "pattern": "^a", "action": "hash"],
      ["key": "a", "pattern": "(?P<x>.)", "action": "extract"],
      ["key": "a", "action": "convert", "converted_type": "boolean"],
    ] as [ConfigTree])
  func actions(action: ConfigTree) {
    #expect(problems(action) == [])
  }

  @Test(
    "what is wrong with an action is told",
    arguments: [
      (["key": "a"], "test::actions::0::action: expected one of insert, update, upsert"),
      (["key": "a", "action": "remove"], "\"remove\" is not one of insert"),
      (["action": "insert", "value": 1], "expected key"),
      (["key": "a", "action": "insert"], "expected value, from_attribute"),
      (
        ["key": "a", "action": "insert", "value": 1, "from_attribute": "b"], "expected only one of"
      ),
      (["key": "a", "action": "insert", "from_context": "auth.subject"], "no authentication"),
      (["key": "a", "action": "insert", "value": 1, "pattern": "x"], "insert has no pattern"),
      (["action": "delete"], "expected key, pattern or both"),
      (["key": "a", "action": "delete", "value": 1], "delete has no value"),
      (["pattern": "a**", "action": "delete"], "at column 2 of the pattern"),
      (["key": "a", "action": "extract"], "expected pattern with named groups"),
      (["key": "a", "pattern": "(a)", "action": "extract"], "every group needs a name"),
      (["key": "a", "pattern": "a", "action": "extract"], "every group needs a name"),
      (["key": "a", "action": "convert"], "expected converted_type"),
      (["key": "a", "action": "convert", "converted_type": "float"], "\"float\" is not one of"),
      (["key": "a", "action": "delete", "keys": "b"], "unknown key \"keys\""),
    ] as [(ConfigTree, String)])
  func actionProblems(action: ConfigTree, expected: String) {
    let found = problems(action)
    #expect(found.count == 1)
    #expect(found.first?.contains(expected) == true, "\(found)")
  }

  @Test("values can be bytes, and hold some")
  func bytes() throws {
    let yaml = "{action: insert, key: a, value: [!!binary aGk=, {b: !!binary /w==}]}"
    let problems = ConfigProblems()
    let node = try #require(ConfigNode(yaml: yaml, source: "c", problems: problems))
    let value = ConfigSection(node, path: "p", problems: problems).attributeValue("value")
    #expect(problems.all.isEmpty)
    #expect(value == .array([.bytes([104, 105]), .map([.init("b", .bytes([255]))])]))
  }

  @Test("there must be an action")
  func noActions() {
    let found = ([:] as ConfigTree).decode(AttributesConfig.self).problems
    #expect(found == ["test::actions: expected at least one action"])
  }

  @Test(
    "what is wrong with include is told",
    arguments: [
      (["services": ["a"]], "expected match_type"),
      (["match_type": "glob", "services": ["a"]], "\"glob\" is not one of strict, regexp"),
      (["match_type": "strict"], "expected something to match"),
      (["match_type": "regexp", "span_names": ["ok", "a("]], "\"a(\" is no regular expression"),
      (["match_type": "strict", "span_kinds": ["server"]], "\"server\" is not one of SPAN_KIND"),
      (["match_type": "strict", "attributes": [["value": 1]]], "expected key"),
      (["match_type": "regexp", "attributes": [["key": "a", "value": 1]]], "this must be text"),
      (["match_type": "strict", "libraries": [["version": "1"]]], "expected name"),
      (
        ["match_type": "strict", "services": ["a"], "log_severity_number": ["min": 30]],
        "from 0 to 24"
      ),
    ] as [(ConfigTree, String)])
  func includeProblems(include: ConfigTree, expected: String) {
    let tree: ConfigTree = ["actions": [["key": "a", "action": "delete"]], "include": include]
    let found = tree.decode(AttributesConfig.self).problems
    #expect(found.count == 1)
    #expect(found.first?.contains(expected) == true, "\(found)")
  }

  @Test("an option of another signal is an error of the pipeline")
  func otherSignals() throws {
    let tree: ConfigTree = [
      "actions": [["key": "a", "action": "delete"]],
      "exclude": ["match_type": "strict", "span_names": ["a"]],
    ]
    let config = tree.decode(AttributesConfig.self).value
    _ = try config.program(for: .traces)
    #expect(
      throws: ComponentError(
        "exclude::span_names is for pipelines of traces, and this one is of logs")
    ) {
      try config.program(for: .logs)
    }
  }
}
