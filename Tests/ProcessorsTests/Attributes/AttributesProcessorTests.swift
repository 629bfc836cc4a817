import Bytes
import Components
import Configuration
import Diagnostics
import Queues
import Telemetry
import TestSupport
import Testing

@testable import Processors

@Suite struct AttributesProcessorTests {
  private let mark: ConfigTree = [["key": "matched", "action": "upsert", "value": true]]

  private func make(
    _ tree: ConfigTree, _ rig: TestRig, _ signal: Signal, _ next: any Consumer
  ) throws -> EditingProcessor {
    let (config, problems) = tree.decode(AttributesConfig.self)
    #expect(problems == [])
    let editor = ActionEditor(try config.program(for: signal), type: "attributes", rig.settings())
    return EditingProcessor(editor, rig.settings(), signal, next)
  }

  /// How many of three items the filter lets through.
  private func matches(_ filter: ConfigTree, _ option: String, _ signal: Signal) throws -> Int {
    let rig = try TestRig()
    let next = CollectingConsumer()
    let tree: ConfigTree =
      option == "include"
      ? ["actions": mark, "include": filter] : ["actions": mark, "exclude": filter]
    try make(tree, rig, signal, next).consume(BatchBuilder.batch(signal, 3))
    return (next.batches.first?.payload.joined().text ?? "").split(separator: "matched").count - 1
  }

  @Test("keeps the rules of life that all components share")
  func lifeCycle() async throws {
    try await checkLifeCycle { rig, next in try make(["actions": mark], rig, .traces, next) }
  }

  @Test(
    "include and exclude choose items",
    arguments: [
      (Signal.traces, ["match_type": "strict", "services": ["shop"]], 3),
      (.traces, ["match_type": "strict", "services": ["sho"]], 0),
      (.traces, ["match_type": "regexp", "services": ["^sh"]], 3),
      (.traces, ["match_type": "strict", "span_names": ["span-0", "span-2"]], 2),
      (
        .traces,
        ["match_type": "regexp", "span_names": ["[01]$"], "regexp": ["cacheenabled": true]], 2
      ),
      (.traces, ["match_type": "strict", "span_kinds": ["SPAN_KIND_SERVER"]], 3),
      (.traces, ["match_type": "regexp", "span_kinds": ["CLIENT|PRODUCER"]], 0),
      (
        .traces, ["match_type": "strict", "libraries": [["name": "builder", "version": "1.0"]]], 3
      ),
      (.traces, ["match_type": "strict", "libraries": [["name": "builder", "version": ""]]], 0),
      (.traces, ["match_type": "regexp", "libraries": [["name": "x"], ["name": "^b"]]], 3),
      (
        .traces,
        ["match_type": "strict", "attributes": [["key": "http.request.method", "value": "GET"]]], 3
      ),
      (.traces, ["match_type": "strict", "attributes": [["key": "absent"]]], 0),
      (
        .traces,
        ["match_type": "strict", "services": ["shop"], "span_names": ["span-1"]], 1
      ),
      (
        .logs, ["match_type": "strict", "resources": [["key": "service.name", "value": "shop"]]], 3
      ),
      (.logs, ["match_type": "regexp", "log_bodies": ["record [12]"]], 2),
      (.logs, ["match_type": "strict", "log_severity_texts": ["INFO"]], 3),
      (.logs, ["match_type": "strict", "log_severity_number": ["min": 9]], 3),
      (.logs, ["match_type": "strict", "log_severity_number": ["min": 13]], 0),
      (.metrics, ["match_type": "regexp", "metric_names": ["-0$"]], 1),
      (.metrics, ["match_type": "strict", "attributes": [["key": "host.name", "value": "a"]]], 3),
    ] as [(Signal, ConfigTree, Int)])
  func choosing(signal: Signal, filter: ConfigTree, expected: Int) throws {
    #expect(try matches(filter, "include", signal) == expected)
    #expect(try matches(filter, "exclude", signal) == 3 - expected)
  }

  @Test("a value that cannot be converted is counted, and logged once in ten seconds")
  func failedConversions() async throws {
    let rig = try TestRig()
    let next = CollectingConsumer()
    let tree: ConfigTree = [
      "actions": [["key": "http.request.method", "action": "convert", "converted_type": "int"]]
    ]
    let processor = try make(tree, rig, .traces, next)
    let batch = BatchBuilder.batch(.traces, 3)
    for _ in 0..<2 { try processor.consume(batch) }
    await rig.drain()
    #expect(next.batches.map(\.payload.slices) == [batch.payload.slices, batch.payload.slices])
    #expect(rig.metric("otelcol_processor_attributes_failed_conversions") == 6)
    #expect(rig.sink.messages(.warn).count == 1)
    #expect(rig.sink.entries.last?.value("key") == .string("http.request.method"))
    await rig.advance(by: .seconds(10))
    try processor.consume(batch)
    await rig.drain()
    #expect(rig.sink.messages(.warn).count == 2)
  }

  @Test("a request that cannot be read is refused for good and handed to nobody")
  func malformed() throws {
    let rig = try TestRig()
    let next = CollectingConsumer()
    let processor = try make(["actions": mark], rig, .traces, next)
    let whole = BatchBuilder.payload(.traces, 1).joined()
    let cut = Payload(whole[0..<whole.count - 5], itemCount: 1)
    let batch = TelemetryBatch(
      signal: .traces, payload: cut, origin: Origin(), delivery: .unobserved)
    let error = #expect(throws: DeliveryError.self) { try processor.consume(batch) }
    #expect(error?.isRetryable == false)
    #expect(next.batches.isEmpty)
  }

  @Test("a batch that the next component refuses is refused as it is")
  func refusal() throws {
    let rig = try TestRig()
    let next = ScriptedConsumer([.refuse(.queueFull)])
    let processor = try make(["actions": mark], rig, .traces, next)
    #expect(throws: DeliveryError.queueFull) {
      try processor.consume(BatchBuilder.batch(.traces, 1))
    }
    next.setRefusal(.memoryPressure)
    #expect(processor.refusal == .memoryPressure)
  }
}
