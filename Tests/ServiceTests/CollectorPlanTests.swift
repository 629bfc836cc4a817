import Configuration
import Service
import Testing

@Suite struct CollectorPlanTests {
  private static let good = """
    receivers:
      otlp:
        protocols: {grpc: }
    processors:
      batch:
    exporters:
      nop:
      otlp/backend:
        endpoint: localhost:4317
        tls: {insecure: true}
    extensions:
      health_check:
    service:
      extensions: [health_check]
      pipelines:
        traces:
          receivers: [otlp]
          processors: [batch]
          exporters: [nop, otlp/backend]
    """

  private func problems(_ text: String) -> [String] {
    LoadedConfiguration(sources: ["yaml:" + text], overrides: []).problems.map { problem in
      "\(problem.location.line):\(problem.location.column) \(problem.path) \(problem.message)"
    }
  }

  @Test("a configuration that uses what there is has no problems and can be run")
  func goodConfiguration() {
    #expect(problems(Self.good) == [])
    #expect(LoadedConfiguration(sources: ["yaml:" + Self.good], overrides: []).plan != nil)
  }

  static let faults: [(change: (from: String, to: String), expected: String)] = [
    (("[nop, otlp/backend]", "[nop, otlp/backent]"), "which is not configured; did you mean"),
    (("extensions: [health_check]", "extensions: [health_chec]"), "did you mean \"health_check\"?"),
    (("[health_check]", "[health_check, health_check]"), "extension \"health_check\" twice"),
    (("  health_check:", "  health_chek:"), "unknown extension type \"health_chek\"; did you mean"),
    (("  batch:", "  batchh:"), "unknown processor type \"batchh\"; did you mean \"batch\"?"),
    (("traces:", "tracez:"), "is no pipeline id"),
    (("receivers: [otlp]", "receivers: []"), "a pipeline must have at least one receiver"),
    (("processors: [batch]", "processors: [batch, batch]"), "references processor \"batch\" twice"),
    (("processors: [batch]", "procesors: [batch]"), "unknown key \"procesors\""),
    (("tls: {insecure: true}", "timeout: 5s"), "needs TLS, which is not in this build"),
    (("protocols: {grpc: }", "protocols: {}"), "must name at least one protocol"),
    (("receivers: [otlp]", "acknowledge: later\n      receivers: [otlp]"), "is not one of"),
  ]

  @Test("each fault is named with its place", arguments: faults)
  func fault(row: (change: (from: String, to: String), expected: String)) {
    var text = Self.good
    let range = text.firstRange(of: row.change.from)
    if let range { text.replaceSubrange(range, with: row.change.to) }
    let found = problems(text)
    #expect(found.contains { $0.contains(row.expected) }, "\(found)")
  }

  @Test(
    "a fault is told once, without what only follows from it",
    arguments: [
      ("{}", "needs receivers, exporters and a service section"),
      (
        good.replacing("receivers: [otlp]", with: "receivers: otlp"),
        "expected a list of component ids"
      ),
      (
        good.replacing("receivers: [otlp]", with: "receivers: [nope]"),
        "add \"nope:\" to the section receivers"
      ),
      (
        good.replacing("traces:", with: "logs: [otlp]\n    traces:"),
        "service::pipelines::logs expected a mapping, found a list"
      ),
      (good.replacing("batch:", with: "batch: {timeout: [1s]}"), "expected a duration"),
    ])
  func noSequels(text: String, expected: String) {
    let found = problems(text)
    #expect(found.count == 1 && found.allSatisfy { $0.contains(expected) }, "\(found)")
  }

  @Test("of very many faults the first thousand are shown, and how many more there are")
  func manyFaults() {
    let list = repeatElement("{}", count: 1003).joined(separator: ", ")
    let found = problems(
      Self.good.replacing("receivers: [otlp]", with: "receivers: [\(list)]"))
    #expect(found.count == 1001 && found.last?.hasSuffix("3 more problems are not shown") == true)
  }

  @Test("all faults are found in one pass")
  func allFaults() {
    let text = """
      receivers: {nop: {x: 1}, unheard: }
      exporters: {file: }
      service: {pipelines: {traces: {receivers: [nop], exporters: [fil]}}}
      """
    let found = problems(text)
    #expect(found.count == 4, "\(found)")
  }

  @Test("the plan says what shares a pass, how far it goes, and how large queues are")
  func outline() throws {
    let actions = "[{key: a, action: delete}]"
    let order = "[resource, attributes/a, batch, resource/b]"
    let text = Self.good.replacing(
      "  batch:",
      with: """
          batch:
          resource: {attributes: \(actions)}
          attributes/a: {actions: \(actions)}
          resource/b: {attributes: \(actions)}
        """
    ).replacing("processors: [batch]", with: "processors: \(order)")
      .replacing("tls:", with: "sending_queue: {queue_size: 7}\n    tls:")
    let loaded = LoadedConfiguration(
      sources: ["yaml:" + text], overrides: ["service.shards=2"])
    #expect(loaded.problems.map(\.message) == [])
    #expect(
      try loaded.plan?.outline() == """
        shards: 2
        extensions: health_check

        traces, answers when accepted
          from
            otlp
          through
            resource + attributes/a: one pass over resources, scopes and spans
            batch: up to 8192 items or 0.2 seconds
            resource/b: one pass over resources
          to
            nop
            otlp/backend: queue of 7 requests

        """)
  }

  @Test("secrets are redacted in print-config, but for those who ask")
  func redaction() {
    let text = Self.good.replacing("tls:", with: "headers: {authorization: hush}\n    tls:")
    let loaded = LoadedConfiguration(sources: ["yaml:" + text], overrides: [])
    #expect(!loaded.text(asJSON: false, redacting: true).contains("hush"))
    #expect(loaded.text(asJSON: true, redacting: false).contains("hush"))
  }
}
