import Bytes
import Components
import Diagnostics
import Dispatch
import Glibc
import Identity
import Procfs
import Queues
import Synchronization
import Telemetry
import TestSupport
import Testing

@testable import Processors

@Suite struct ProcessIdentityProcessorTests {
  private static let program = RewriteProgram([
    RewriteStage(.resource, [.set(AttributeKey("process.pid"), .literal(.string("7")), .insert)])
  ])
  private static let ends = TCPEnds(from: ([127, 0, 0, 1], 1), to: ([127, 0, 0, 1], 2))

  /// A directory that answers when the test lets it.
  private struct Gate {
    let semaphore = DispatchSemaphore(value: 0)
    let directory: SenderDirectory

    init(_ program: RewriteProgram?, refresh: Duration = .seconds(60)) {
      let semaphore = semaphore
      directory = SenderDirectory(on: DispatchQueue(label: "test"), refreshInterval: refresh) {
        senders, _, _ in
        semaphore.wait()
        return senders.map { _ in program.map { .known($0) } ?? .unknown(.notFound) }
      }
    }
  }

  private func make(
    _ config: ProcessIdentityConfig, _ rig: TestRig, _ next: any Consumer
  ) -> ProcessIdentityProcessor {
    ProcessIdentityProcessor(config, rig.settings(), .traces, next)
  }

  private func batch(
    _ connection: FakeConnection?, _ delivery: Delivery = .unobserved
  ) -> TelemetryBatch {
    BatchBuilder.spans(1, origin: connection.map { Origin($0) } ?? Origin(), delivery: delivery)
  }

  private static func identified(_ batch: TelemetryBatch) -> Bool {
    batch.payload.joined()
      == BatchBuilder.payload(.traces, 1, attributes: [("process.pid", "7")]).joined()
  }

  private func count(_ rig: TestRig, _ reason: String) -> Int {
    rig.registry.samples().filter {
      $0.key.name == "swiftlet_process_identity_unidentified_batches"
        && $0.key.labels.contains { $0.value == reason }
    }.reduce(0) { $0 + $1.value }
  }

  @Test("keeps the rules of life that all components share")
  func lifeCycle() async throws {
    try await checkLifeCycle { rig, next in make(ProcessIdentityConfig(), rig, next) }
  }

  @Test("batches wait for the look-up of their connection, and later ones do not")
  func waits() async throws {
    let rig = try TestRig(shards: 2)
    let next = CollectingConsumer()
    let gate = Gate(Self.program)
    let processor = make(ProcessIdentityConfig(directory: gate.directory), rig, next)
    let connection = FakeConnection(.socket(Self.ends))
    for _ in 0..<3 { try processor.consume(batch(connection)) }
    await rig.drain()
    #expect(next.batches.isEmpty)
    #expect(try #require(rig.metric("swiftlet_process_identity_waiting_bytes")) > 0)
    gate.semaphore.signal()
    let released = await next.batches(atLeast: 3)
    #expect(released.allSatisfy(Self.identified))
    try processor.consume(batch(connection))
    #expect(next.batches.count == 4)
    #expect(next.batches.allSatisfy(Self.identified))
    #expect(rig.metric("swiftlet_process_identity_identified_batches") == 4)
    #expect(rig.metric("swiftlet_process_identity_identified_resources") == 4)
    #expect(rig.metric("swiftlet_process_identity_waiting_bytes") == 0)
    await stop(processor)
  }

  @Test("batches go on without the sender when the time is over, and are counted")
  func timesOut() async throws {
    let rig = try TestRig()
    let next = CollectingConsumer()
    let gate = Gate(Self.program)
    let processor = make(
      ProcessIdentityConfig(timeout: .milliseconds(100), directory: gate.directory), rig, next)
    let connection = FakeConnection(.socket(Self.ends))
    for _ in 0..<2 { try processor.consume(batch(connection)) }
    await rig.drain()
    await rig.advance(by: .milliseconds(99))
    #expect(next.batches.isEmpty)
    await rig.advance(by: .milliseconds(1))
    #expect(next.batches.count == 2)
    #expect(!next.batches.contains(where: Self.identified))
    #expect(count(rig, "timeout") == 2)
    gate.semaphore.signal()
    await stop(processor)
  }

  @Test("no more bytes wait than the limit lets")
  func limitsBytes() async throws {
    let rig = try TestRig()
    let next = CollectingConsumer()
    let gate = Gate(Self.program)
    let size = BatchBuilder.payload(.traces, 1).byteCount
    let processor = make(
      ProcessIdentityConfig(waitingLimit: size * 2, directory: gate.directory), rig, next)
    let connection = FakeConnection(.socket(Self.ends))
    for _ in 0..<3 { try processor.consume(batch(connection)) }
    #expect(next.batches.count == 1)
    #expect(count(rig, "full") == 1)
    gate.semaphore.signal()
    let all = await next.batches(atLeast: 3)
    #expect(all.count(where: Self.identified) == 2)
    await stop(processor)
  }

  @Test("a stop hands on what waits, and every delivery settles once")
  func stopsWithWaiting() async throws {
    let rig = try TestRig()
    let next = CollectingConsumer()
    let gate = Gate(Self.program)
    let recorder = DeliveryRecorder()
    let processor = make(ProcessIdentityConfig(directory: gate.directory), rig, next)
    let connection = FakeConnection(.socket(Self.ends))
    for _ in 0..<5 { try processor.consume(batch(connection, recorder.delivery())) }
    await stop(processor)
    #expect(recorder.deliveredCount == 5)
    gate.semaphore.signal()
    await rig.drain()
    #expect(next.batches.count == 5)
  }

  @Test("what the next component refuses for now is offered again")
  func offersAgain() async throws {
    let rig = try TestRig()
    let next = ScriptedConsumer([.refuse(.queueFull)])
    let gate = Gate(Self.program)
    let recorder = DeliveryRecorder()
    let processor = make(ProcessIdentityConfig(directory: gate.directory), rig, next)
    try processor.consume(batch(FakeConnection(.socket(Self.ends)), recorder.delivery()))
    gate.semaphore.signal()
    while processor.congestion == .none { await rig.drain() }
    #expect(processor.refusal != nil)
    await rig.advance(by: .seconds(1))
    await recorder.settled(atLeast: 1)
    #expect(recorder.deliveredCount == 1)
    await stop(processor)
  }

  @Test("what comes from elsewhere, or over no connection, is handed on as it is")
  func passesRemote() async throws {
    let rig = try TestRig()
    let next = CollectingConsumer()
    let processor = make(ProcessIdentityConfig(), rig, next)
    try processor.consume(batch(nil))
    try processor.consume(batch(FakeConnection(.remote)))
    #expect(next.batches.count == 2)
    #expect(!next.batches.contains(where: Self.identified))
    #expect(count(rig, "remote") == 2)
    await stop(processor)
  }

  @Test("a sender that was not found is looked up again, each time after longer")
  func looksAgain() async throws {
    let rig = try TestRig()
    let next = CollectingConsumer()
    let gate = Gate(nil)
    let processor = make(ProcessIdentityConfig(directory: gate.directory), rig, next)
    let connection = FakeConnection(.socket(Self.ends))
    let sender = gate.directory.sender(of: connection)
    try processor.consume(batch(connection))
    gate.semaphore.signal()
    _ = await next.batches(atLeast: 1)
    #expect(count(rig, "not_found") == 1)
    #expect(sender.answer(at: rig.clock.now).isDue == false)
    #expect(sender.answer(at: rig.clock.now + .seconds(1)).isDue)
    sender.settle(.unknown(.notFound), at: rig.clock.now, refresh: .seconds(60))
    #expect(sender.answer(at: rig.clock.now + .seconds(1)).isDue == false)
    #expect(sender.answer(at: rig.clock.now + .seconds(2)).isDue)
    for _ in 0..<20 { sender.settle(.unknown(.notFound), at: rig.clock.now, refresh: .seconds(60)) }
    #expect(sender.answer(at: rig.clock.now + .seconds(60)).isDue)
    sender.settle(.known(Self.program), at: rig.clock.now, refresh: .seconds(60))
    #expect(sender.answer(at: rig.clock.now + .seconds(59)).isDue == false)
    #expect(sender.answer(at: rig.clock.now + .seconds(60)).isDue)
    await stop(processor)
  }

  @Test("a sender of whom the kernel may yet tell is looked up until it is known")
  func looksUntilTold() async throws {
    let rig = try TestRig()
    let next = CollectingConsumer()
    let passes = Atomic<Int>(0)
    let directory = SenderDirectory(
      on: DispatchQueue(label: "test"), refreshInterval: .seconds(60), patience: .seconds(60)
    ) { senders, _, _ in
      let isKnown = passes.add(1, ordering: .relaxed).newValue == 3
      return senders.map { _ in isKnown ? .known(Self.program) : .pending }
    }
    let processor = make(ProcessIdentityConfig(directory: directory), rig, next)
    try processor.consume(batch(FakeConnection(.socket(Self.ends))))
    #expect(await next.batches(atLeast: 1).allSatisfy(Self.identified))
    #expect(passes.load(ordering: .relaxed) == 3)
    await stop(processor)
  }

  @Test("a sender of whom the kernel has not told in time counts as closed")
  func isNotTold() async throws {
    let rig = try TestRig()
    let next = CollectingConsumer()
    let directory = SenderDirectory(
      on: DispatchQueue(label: "test"), refreshInterval: .seconds(60), patience: .zero
    ) { senders, _, _ in senders.map { _ in .pending } }
    let processor = make(ProcessIdentityConfig(directory: directory), rig, next)
    try processor.consume(batch(FakeConnection(.socket(Self.ends))))
    #expect(!(await next.batches(atLeast: 1).contains(where: Self.identified)))
    #expect(count(rig, "closed") == 1)
    await stop(processor)
  }

  @Test("the process that connected to a Unix socket is this one, with its start")
  func findsOwnProcess() async throws {
    let rig = try TestRig()
    let next = CollectingConsumer()
    let processor = make(ProcessIdentityConfig(timeout: .seconds(10)), rig, next)
    let own = UInt32(getpid())
    try processor.consume(batch(FakeConnection(.process(own, user: getuid()))))
    let found = await next.batches(atLeast: 1)[0].payload.joined()
    var file = KernelFile()
    try file.read(process: Int(own), "stat")
    let stat = ProcessStat(file.text)
    let key = ProcessKey(pid: own, startTicks: try #require(stat).startTime)
    let text = String(copying: found.span)
    #expect(text.contains(BootClock.current.creationText(of: key)))
    // A process that began later only has the number of the one that connected.
    try processor.consume(batch(FakeConnection(.process(own, user: getuid()), acceptTime: 0)))
    _ = await next.batches(atLeast: 2)
    #expect(count(rig, "not_found") == 1)
    await stop(processor)
  }
}

@Suite struct ProcessIdentityConfigTests {
  @Test("the defaults are those of the documentation")
  func defaults() {
    let (config, problems) = ([:] as ConfigTree).decode(ProcessIdentityConfig.self)
    #expect(problems == [])
    #expect(config.overrides == false)
    #expect(config.timeout == .milliseconds(100))
    #expect(config.waitingLimit == 8 << 20)
    #expect(config.refreshInterval == .seconds(60))
    #expect(config.attributes == Set(SenderAttribute.allCases))
  }

  @Test("every problem is told at its place")
  func problems() {
    let tree: ConfigTree = [
      "timeout": "0s", "refresh_interval": "10ms", "attributes": ["process.pidd"],
      "max_waiting_size": 1, "other": 1,
    ]
    let problems = tree.decode(ProcessIdentityConfig.self).problems
    #expect(problems.count == 5)
    #expect(problems.contains { $0.contains("process.pid") && $0.contains("attributes") })
  }
}
