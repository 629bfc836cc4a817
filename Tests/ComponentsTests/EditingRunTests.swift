import Bytes
import Components
import Diagnostics
import Dispatch
import Synchronization
import Telemetry
import TestSupport
import Testing

/// An editor that does what a test tells it.
private final class ScriptedEditor: Editor {
  private struct State {
    var program: RewriteProgram
    var noted: [RewriteFailure] = []
  }

  private let state: Mutex<State>
  let reach: RewriteReach
  var changesProgram: Bool { true }

  init(_ edits: [AttributeEdit], reach: RewriteReach = RewriteReach(deepest: .item)) {
    state = Mutex(State(program: RewriteProgram([RewriteStage(.item, edits)])))
    self.reach = reach
  }

  var program: RewriteProgram {
    get { state.withLock { $0.program } }
    set { state.withLock { $0.program = newValue } }
  }

  var noted: [RewriteFailure] { state.withLock { $0.noted } }

  func note(_ failures: [RewriteFailure]) { state.withLock { $0.noted += failures } }
  func start(_ host: any Host) throws(ComponentError) {}
  func stop(by deadline: DispatchTime, _ done: @escaping @Sendable () -> Void) { done() }
}

@Suite struct EditingRunTests {
  private static func set(_ key: String, _ value: AttributeValue) -> AttributeEdit {
    .set(AttributeKey(key), .literal(value), .upsert)
  }

  /// Makes a run of the editors; each counts under its own number.
  private static func run(
    _ editors: [ScriptedEditor], _ rig: TestRig, before next: any Consumer
  ) -> (EditingRun, [EditingProcessor]) {
    var consumer = next
    var processors: [EditingProcessor] = []
    for (index, editor) in editors.enumerated().reversed() {
      let id = ComponentID(type: "edit", name: "\(index)")
      let settings = ComponentSettings(
        id: id, shards: rig.shards, log: .discarding,
        metrics: MetricsScope(rig.registry).with("processor", "\(id)"), memory: rig.memory,
        version: "0")
      let processor = EditingProcessor(editor, settings, .traces, consumer)
      processors.insert(processor, at: 0)
      consumer = EditingRun(processor, before: consumer)
    }
    guard let run = consumer as? EditingRun else { fatalError("there are no editors") }
    return (run, processors)
  }

  private static func items(_ rig: TestRig, _ way: String) -> [Int] {
    rig.registry.samples().filter { $0.key.name == "otelcol_processor_\(way)_items" }
      .sorted { $0.key.labels[0].value < $1.key.labels[0].value }.map(\.value)
  }

  @Test("editors in one pass do what they do one after the other, and each counts its items")
  func onePass() throws {
    let rig = try TestRig()
    let next = CollectingConsumer()
    let copy = AttributeEdit.set(
      AttributeKey("b"), .attribute(AttributeKey("a")), .upsert)
    let editors = [
      ScriptedEditor([Self.set("a", .int(1))]), ScriptedEditor([copy]),
      ScriptedEditor([.delete(AttributeSelection(key: AttributeKey("a")))]),
    ]
    let (run, _) = Self.run(editors, rig, before: next)
    #expect(run.processors.count == 3)
    try run.consume(BatchBuilder.batch(.traces, 4))
    let alone = ScriptedEditor([Self.set("b", .int(1))])
    try EditingProcessor(alone, rig.settings(), .traces, next)
      .consume(BatchBuilder.batch(.traces, 4))
    #expect(next.batches[0].payload.joined() == next.batches[1].payload.joined())
  }

  @Test("items and failed conversions are told to the editor whose they are")
  func accounts() throws {
    let rig = try TestRig()
    let next = ScriptedConsumer([.settle(.success(())), .refuse(.queueFull)])
    let key = AttributeKey("http.request.method")
    let editors = [
      ScriptedEditor([.convert(key, .int)]),
      ScriptedEditor([Self.set("http.request.method", .string("7")), .convert(key, .int)]),
      ScriptedEditor([.convert(AttributeKey("absent"), .int), .convert(key, .boolean)]),
      ScriptedEditor([Self.set("x", .string("no")), .convert(AttributeKey("x"), .double)]),
    ]
    let (run, _) = Self.run(editors, rig, before: next)
    try run.consume(BatchBuilder.batch(.traces, 3))
    #expect(throws: DeliveryError.queueFull) { try run.consume(BatchBuilder.batch(.traces, 3)) }
    #expect(editors.map { $0.noted.map(\.count) } == [[3], [], [], [3]])
    #expect(editors[3].noted.first?.key == "x")
    #expect(Self.items(rig, "incoming") == [3, 3, 3, 3])
    #expect(Self.items(rig, "outgoing") == [3, 3, 3, 3])
  }

  @Test("a program that an editor finds later is part of the next pass")
  func laterPrograms() throws {
    let rig = try TestRig()
    let next = CollectingConsumer()
    let editors = [ScriptedEditor([]), ScriptedEditor([Self.set("second", .int(2))])]
    let (run, _) = Self.run(editors, rig, before: next)
    try run.consume(BatchBuilder.batch(.traces, 1))
    editors[0].program = RewriteProgram([RewriteStage(.item, [Self.set("first", .int(1))])])
    try run.consume(BatchBuilder.batch(.traces, 1))
    let texts = next.batches.map { $0.payload.joined().text }
    #expect(!texts[0].contains("first") && texts[0].contains("second"))
    #expect(texts[1].contains("first") && texts[1].contains("second"))
  }

  @Test("a stopped processor stops the run it is in")
  func stopping() async throws {
    let rig = try TestRig()
    let (run, processors) = Self.run(
      [ScriptedEditor([]), ScriptedEditor([])], rig, before: CollectingConsumer())
    #expect(run.refusal == nil)
    await stop(processors[1])
    #expect(run.refusal == .stopping)
    #expect(throws: DeliveryError.stopping) { try run.consume(BatchBuilder.batch(.traces, 1)) }
  }

  @Test("what drops resources does not join edits of items, which it would hide from their counts")
  func separation() throws {
    let rig = try TestRig()
    let items = ScriptedEditor([])
    let dropping = ScriptedEditor(
      [], reach: RewriteReach(deepest: .item, outermostDrop: .resource))
    let next = CollectingConsumer()
    #expect(Self.run([items, dropping], rig, before: next).0.processors.count == 1)
    #expect(Self.run([dropping, items], rig, before: next).0.processors.count == 2)
  }
}
