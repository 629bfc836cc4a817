import Components
import Diagnostics
import Dispatch
import Queues
import Synchronization
import Telemetry
import TestSupport
import Testing

@testable import Pipelines

/// A component that writes down its life and takes whatever comes.
private final class Probe: Receiver, Processor, Exporter {
  let name: String
  let outlets: Outlets
  private let next: (any Consumer)?
  private let failure: ComponentError?
  private let journal: Journal

  init(
    _ name: String, _ journal: Journal, outlets: Outlets = [:], next: (any Consumer)? = nil,
    failure: ComponentError? = nil
  ) {
    self.name = name
    self.journal = journal
    self.outlets = outlets
    self.next = next
    self.failure = failure
  }

  var refusal: DeliveryError? { next?.refusal }
  var startsSlowly: Bool { name.hasPrefix("slow") }

  func consume(_ batch: TelemetryBatch) throws(DeliveryError) {
    journal.note("\(name) \(batch.payload.itemCount)")
    if let next { try next.consume(batch) } else { batch.delivery.succeed() }
  }

  func start(_ host: any Host) throws(ComponentError) {
    if let failure { throw failure }
    journal.note("start \(name)")
  }

  func stop(by deadline: DispatchTime, _ done: @escaping @Sendable () -> Void) {
    journal.note("stop \(name)")
    done()
  }
}

/// An editor of one program.
private final class FixedEditor: Editor {
  let program: RewriteProgram

  init(_ program: RewriteProgram) { self.program = program }

  var reach: RewriteReach { program.reach }
  func note(_ failures: [RewriteFailure]) {}
  func start(_ host: any Host) throws(ComponentError) {}
  func stop(by deadline: DispatchTime, _ done: @escaping @Sendable () -> Void) { done() }
}

/// What happened, in order.
private final class Journal: Sendable {
  private let lines = Mutex<[String]>([])
  private let receivers = Mutex<[String: Probe]>([:])

  var all: [String] { lines.withLock { $0 } }

  func note(_ line: String) { lines.withLock { $0.append(line) } }
  func keep(_ receiver: Probe) { receivers.withLock { $0[receiver.name] = receiver } }
  func receiver(_ name: String) -> Probe? { receivers.withLock { $0[name] } }
}

@Suite struct PipelineGraphTests {
  private static func id(_ text: String) -> ComponentID { ComponentID(type: text) }

  private static func plan(
    _ pipelines: [PipelinePlan], _ journal: Journal, failing: String? = nil
  ) -> GraphPlan {
    var plan = GraphPlan(pipelines: pipelines, receivers: [:], processors: [:], exporters: [:])
    for pipeline in pipelines {
      for id in pipeline.receivers {
        plan.receivers[id] = { settings, outlets in
          let failure = id.type == failing ? ComponentError("cannot") : nil
          let probe = Probe("\(id)", journal, outlets: outlets, failure: failure)
          journal.keep(probe)
          return probe
        }
      }
      for id in pipeline.processors {
        plan.processors[id] = { _, _, next in Probe("\(id)", journal, next: next) }
      }
      for id in pipeline.exporters {
        plan.exporters[id] = { _ in Probe("\(id)", journal) }
      }
    }
    return plan
  }

  private static func pipeline(
    _ signal: Signal, _ receivers: [String], _ processors: [String], _ exporters: [String],
    _ acknowledge: Acknowledgement = .accepted, name: String = ""
  ) -> PipelinePlan {
    PipelinePlan(
      id: PipelineID(signal: signal, name: name), receivers: receivers.map(id),
      processors: processors.map(id), exporters: exporters.map(id), acknowledge: acknowledge)
  }

  private static func graph(_ plan: GraphPlan, _ rig: TestRig) throws -> PipelineGraph {
    try PipelineGraph(plan, shards: rig.shards) { _, id, _ in rig.settings(id) }
  }

  @Test("starts exporters first and receivers last, stops receivers first and exporters last")
  func order() throws {
    let rig = try TestRig()
    let journal = Journal()
    let graph = try Self.graph(
      Self.plan([Self.pipeline(.traces, ["in"], ["one", "two"], ["out"])], journal), rig)
    try graph.start(rig.host)
    #expect(journal.all == ["start out", "start two", "start one", "start in"])
    #expect(graph.stop(by: .now() + .seconds(5), host: rig.host))
    #expect(journal.all.suffix(4) == ["stop in", "stop one", "stop two", "stop out"])
  }

  @Test("receivers that start slowly start after the others")
  func slowReceivers() throws {
    let rig = try TestRig()
    let journal = Journal()
    let graph = try Self.graph(
      Self.plan([Self.pipeline(.traces, ["slow", "zippy"], [], ["out"])], journal), rig)
    try graph.start(rig.host)
    #expect(journal.all == ["start out", "start zippy", "start slow"])
    #expect(graph.stop(by: .now() + .seconds(5), host: rig.host))
  }

  @Test("a component that fails to start stops those that run, and the error names it")
  func failedStart() throws {
    let rig = try TestRig()
    let journal = Journal()
    let graph = try Self.graph(
      Self.plan([Self.pipeline(.traces, ["in"], ["one"], ["out"])], journal, failing: "in"), rig)
    #expect(throws: ComponentError("in: cannot")) { try graph.start(rig.host) }
    #expect(journal.all == ["start out", "start one", "stop one", "stop out"])
  }

  @Test("a batch passes the processors in order and reaches every exporter")
  func fanOut() throws {
    let rig = try TestRig()
    let journal = Journal()
    let graph = try Self.graph(
      Self.plan([Self.pipeline(.traces, ["in"], ["one", "two"], ["a", "b"])], journal), rig)
    let recorder = DeliveryRecorder()
    try withExtendedLifetime(graph) {
      let outlet = try #require(journal.receiver("in")?.outlets[.traces])
      try outlet.consume(BatchBuilder.batch(.traces, 3, delivery: recorder.delivery()))
    }
    #expect(journal.all == ["one 3", "two 3", "a 3", "b 3"])
    #expect(recorder.deliveredCount == 1)
  }

  @Test("processors that edit and follow one another are one step, others stand alone")
  func steps() throws {
    let rig = try TestRig()
    let journal = Journal()
    var plan = Self.plan(
      [Self.pipeline(.logs, ["in"], ["e1", "e2", "one", "e3"], ["out"])], journal)
    for name in ["e1", "e2", "e3"] {
      plan.processors[Self.id(name)] = { settings, signal, next in
        let set = AttributeEdit.set(AttributeKey(name), .literal(.bool(true)), .upsert)
        let program = RewriteProgram([RewriteStage(name == "e3" ? .resource : .item, [set])])
        return EditingProcessor(FixedEditor(program), settings, signal, next)
      }
    }
    let graph = try Self.graph(plan, rig)
    let steps = try #require(graph.outlines.first).steps
    #expect(steps.map { $0.processors.map(\.id.type) } == [["e1", "e2"], ["one"], ["e3"]])
    #expect(steps.map { $0.reach?.deepest } == [.item, nil, .resource])
    try withExtendedLifetime(graph) {
      let outlet = try #require(journal.receiver("in")?.outlets[.logs])
      try outlet.consume(BatchBuilder.batch(.logs, 3))
    }
    #expect(journal.all == ["one 3", "out 3"])
    // The rig gives all processors one set of labels: each of the four adds its three items.
    #expect(rig.metric("otelcol_processor_incoming_items") == 12)
    #expect(rig.metric("otelcol_processor_outgoing_items") == 12)
  }

  @Test("what edits drop is no longer held, and the account stays even", arguments: [false, true])
  func filtering(everything: Bool) throws {
    let rig = try TestRig()
    let registry = rig.registry
    let next = ScriptedConsumer([.hold, .refuse(.queueFull), .settle(.failure(.permanent("no")))])
    let names = ["span-0", "span-1"] + (everything ? ["span-2"] : [])
    let test = RewriteTest(.item, .field(.name), .matches(TextMatcher(texts: names)))
    let program = RewriteProgram([RewriteStage(.item, when: .test(test), [.drop])])
    let metrics = PipelineMetrics(registry, PipelineID(signal: .traces))
    let editing = EditingProcessor(FixedEditor(program), rig.settings(), .traces, next)
    let run = EditingRun(editing, before: next)
    let entry = PipelineEntry(
      acknowledge: .delivered, next: run, log: .discarding, metrics: metrics,
      on: try Shard(index: 0))
    let value = { (name: String) in
      registry.samples().filter { $0.key.name == "swiftlet_pipeline_\(name)_items" }
        .reduce(0) { $0 + $1.value }
    }
    let isEven = { value("received") == value("delivered") + value("dropped") + value("held") }
    for _ in 0..<3 {
      try? entry.consume(BatchBuilder.batch(.traces, 3))
      #expect(isEven())
    }
    next.settleHeld(.success(()))
    #expect(isEven() && value("held") == 0)
    #expect(value("received") == (everything ? 9 : 6))
    #expect(value("delivered") == (everything ? 0 : 1))
    #expect(value("dropped") == (everything ? 9 : 5))
    #expect(next.taken.allSatisfy { $0.payload.itemCount == 1 })
    #expect(next.taken.count == (everything ? 0 : 2))
  }

  @Test("a receiver gets one outlet for each signal that a pipeline takes, shared by its pipelines")
  func sharedReceiver() throws {
    let rig = try TestRig()
    let journal = Journal()
    let graph = try Self.graph(
      Self.plan(
        [
          Self.pipeline(.traces, ["in"], [], ["a"]),
          Self.pipeline(.traces, ["in"], ["p"], ["b"], name: "second"),
          Self.pipeline(.logs, ["in"], [], ["a"]),
        ], journal), rig)
    try withExtendedLifetime(graph) {
      let outlets = try #require(journal.receiver("in")?.outlets)
      #expect(Set(outlets.keys) == [.traces, .logs])
      try #require(outlets[.traces]).consume(BatchBuilder.batch(.traces, 2))
      try #require(outlets[.logs]).consume(BatchBuilder.batch(.logs, 1))
    }
    #expect(journal.all == ["a 2", "p 2", "b 2", "a 1"])
  }

  @Test("accepted answers at once, delivered when every exporter has confirmed")
  func acknowledgement() throws {
    for acknowledge in Acknowledgement.allCases {
      let exporter = ScriptedConsumer([.hold])
      let entry = PipelineEntry(
        acknowledge: acknowledge, next: exporter, log: .discarding, on: try Shard(index: 0))
      let recorder = DeliveryRecorder()
      try entry.consume(BatchBuilder.batch(.traces, 1, delivery: recorder.delivery()))
      #expect(recorder.deliveredCount == (acknowledge == .accepted ? 1 : 0))
      exporter.settleHeld(.success(()))
      #expect(recorder.deliveredCount == 1)
    }
  }

  @Test("an accepted batch keeps its memory reserved until it has been dealt with")
  func reservation() throws {
    let budget = MemoryBudget(limit: 1000)
    let exporter = ScriptedConsumer([.hold])
    let entry = PipelineEntry(
      acknowledge: .accepted, next: exporter, log: .discarding, on: try Shard(index: 0))
    try entry.consume(
      BatchBuilder.batch(
        .traces, 1, delivery: Delivery(holding: budget.reserve(400)) { _ in }))
    #expect(budget.heldByteCount == 400)
    exporter.settleHeld(.success(()))
    #expect(budget.heldByteCount == 0)
  }

  @Test("a refused batch stays with its sender, unsettled", arguments: Acknowledgement.allCases)
  func refusal(acknowledge: Acknowledgement) throws {
    let exporter = ScriptedConsumer([.refuse(.queueFull)])
    let entry = PipelineEntry(
      acknowledge: acknowledge, next: exporter, log: .discarding, on: try Shard(index: 0))
    let recorder = DeliveryRecorder()
    let batch = BatchBuilder.batch(.traces, 1, delivery: recorder.delivery())
    #expect(throws: DeliveryError.queueFull) { try entry.consume(batch) }
    #expect(recorder.settledCount == 0)
  }

  @Test("an accepted batch that is lost later is logged with its number of items")
  func lossIsLogged() throws {
    let sink = RecordingLogSink()
    let exporter = ScriptedConsumer([.settle(.failure(.permanent("refused for good")))])
    let entry = PipelineEntry(
      acknowledge: .accepted, next: exporter, log: Log(sink), on: try Shard(index: 0))
    try entry.consume(BatchBuilder.batch(.traces, 7))
    #expect(sink.messages(.error).count == 1)
    #expect(sink.entries.first?.fields.first { $0.key == "items" }?.value == .int(7))
  }

  @Test("a fan-out takes nothing while one of its consumers would refuse")
  func fanOutRefusesWhole() throws {
    let rig = try TestRig()
    let open = ScriptedConsumer()
    let full = ScriptedConsumer()
    full.setRefusal(.queueFull)
    let fanOut = FanOut(to: [open, full], on: rig.shards.all[0])
    let batch = BatchBuilder.batch(.traces, 1)
    #expect(throws: DeliveryError.queueFull) { try fanOut.consume(batch) }
    #expect(open.taken.isEmpty)
  }

  @Test("a consumer that refuses after all gets the batch later, the others only once")
  func fanOutKeepsForOne() async throws {
    let rig = try TestRig()
    let first = ScriptedConsumer()
    let second = ScriptedConsumer([.refuse(.queueFull)])
    let fanOut = FanOut(to: [first, second], on: rig.shards.all[0])
    let recorder = DeliveryRecorder()
    try fanOut.consume(BatchBuilder.batch(.traces, 1, delivery: recorder.delivery()))
    await rig.drain()
    #expect(recorder.settledCount == 0)
    await rig.advance(by: .milliseconds(20))
    #expect(first.taken.count == 1)
    #expect(second.taken.count == 1)
    #expect(recorder.deliveredCount == 1)
  }
}
