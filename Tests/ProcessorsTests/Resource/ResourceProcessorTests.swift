import Bytes
import Components
import Configuration
import Telemetry
import TestSupport
import Testing

@testable import Processors

@Suite struct ResourceProcessorTests {
  private func make(
    _ tree: ConfigTree, _ rig: TestRig, _ signal: Signal, _ next: any Consumer
  ) -> EditingProcessor {
    let (config, problems) = tree.decode(ResourceConfig.self)
    #expect(problems == [])
    let editor = ActionEditor(config.program, type: "resource", rig.settings())
    return EditingProcessor(editor, rig.settings(), signal, next)
  }

  @Test("keeps the rules of life that all components share")
  func lifeCycle() async throws {
    try await checkLifeCycle { rig, next in
      make(["attributes": [["key": "a", "action": "insert", "value": 1]]], rig, .traces, next)
    }
  }

  @Test("there must be an action")
  func noActions() {
    let found = (["attributes": []] as ConfigTree).decode(ResourceConfig.self).problems
    #expect(found == ["test::attributes: expected at least one action"])
  }

  @Test("edits the resource and nothing else", arguments: [Signal.traces, .metrics, .logs])
  func editing(signal: Signal) throws {
    let rig = try TestRig()
    let next = CollectingConsumer()
    let tree: ConfigTree = [
      "attributes": [
        ["key": "host.name", "action": "insert", "from_context": "client.address"],
        ["key": "service.name", "action": "update", "value": "store"],
      ]
    ]
    let batch = TelemetryBatch(
      signal: signal, payload: BatchBuilder.payload(signal, 3),
      origin: Origin(peer: "10.1.2.3:50000"), delivery: .unobserved)
    try make(tree, rig, signal, next).consume(batch)
    let expected = BatchBuilder.payload(
      signal, 3, service: "store", attributes: [("host.name", "10.1.2.3")])
    #expect(next.batches.first?.payload.joined() == expected.joined())
    #expect(next.itemCount == 3)
  }
}
