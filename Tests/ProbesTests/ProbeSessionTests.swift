import Components
import Diagnostics
import Glibc
import Identity
import Queues
import Telemetry
import TestSupport
import Testing

@testable import EBPF
@testable import Probes

@Suite(.enabled(if: Kernel.loads, Kernel.comment), .serialized)
struct ProbeSessionTests {
  /// What the sessions tell of; every test has its own.
  private let call = MarkedCall()

  /// A session of the fake capability, whose rounds the test calls.
  private func session(
    _ rig: TestRig, _ consumer: any Consumer, _ capability: FakeCapability? = nil,
    memoryLimit: Int = 16
  ) throws -> ProbeSession {
    let loading = ProbeLoading(
      [capability ?? FakeCapability(call)], .read(), memoryLimit: memoryLimit)
    let reading = try #require(loading.reading)
    return ProbeSession(
      rig.settings(), [.logs: consumer], loading, reading, now: MonotonicTime(nanoseconds: 0))
  }

  private func time(_ milliseconds: Int64) -> MonotonicTime {
    MonotonicTime(nanoseconds: milliseconds * 1_000_000)
  }

  /// produced = delivered + lost + held + in the ring.
  private func expectBalance(_ rig: TestRig) {
    let lost = ["ring_full", "rate_limited", "map_full", "missed", "malformed", "refused"]
    let sum =
      rig.events("delivered") + lost.reduce(0) { $0 + rig.events($1) }
      + (rig.metric("swiftlet_ebpf_events_held") ?? -1)
      + (rig.metric("swiftlet_ebpf_events_in_ring") ?? -1)
    #expect(rig.events("produced") == sum)
  }

  @Test("records are handed over when they waited 200 ms, or many wait")
  func flushes() async throws {
    let rig = try TestRig()
    let consumer = CollectingConsumer()
    let session = try session(rig, consumer)
    call(10)
    #expect(session.turn(at: time(0)) <= .milliseconds(200))
    await rig.drain()
    #expect(consumer.batches.isEmpty)
    _ = session.turn(at: time(200))
    await rig.drain()
    #expect(consumer.batches.map(\.payload.itemCount) == [10])
    call(12_000)
    _ = session.turn(at: time(201))
    await rig.drain()
    #expect(consumer.batches.count >= 2)
  }

  @Test("names of peers are wanted only where somebody asks for them", arguments: [false, true])
  func wantedNames(isAsking: Bool) throws {
    let rig = try TestRig()
    let capability = FakeCapability(call)
    capability.asksForPeerNames = isAsking
    _ = try session(rig, CollectingConsumer(), capability)
    #expect(capability.hasWantedNames == isAsking)
  }

  @Test("it is quiet where nothing happens, and quick where something does")
  func rhythm() throws {
    let rig = try TestRig()
    let session = try session(rig, CollectingConsumer())
    var waits: [Duration] = []
    for round in 0..<8 { waits.append(session.turn(at: time(Int64(round)))) }
    #expect(waits.last == .milliseconds(250))
    call(1)
    #expect(session.turn(at: time(10)) == .milliseconds(5))
  }

  @Test("while the pipeline takes nothing the rings fill, and what is lost is counted exactly")
  func stalls() async throws {
    let rig = try TestRig()
    let consumer = SwitchedConsumer()
    let session = try session(rig, consumer)
    consumer.isStalled = true
    var now: Int64 = 0
    var called = 0
    for _ in 0..<30 {
      call(2000)
      called += 2000
      now += 200
      _ = session.turn(at: time(now))
      await rig.drain()
    }
    now += 1000
    _ = session.turn(at: time(now))
    #expect(rig.events("produced") == called)
    #expect(rig.events("ring_full") > 0)
    #expect(rig.events("delivered") == 0)
    expectBalance(rig)
    let lost = rig.events("ring_full")
    consumer.isStalled = false
    for _ in 0..<20 {
      await rig.advance(by: .milliseconds(100))
      now += 200
      _ = session.turn(at: time(now))
    }
    await rig.drain()
    now += 1000
    _ = session.turn(at: time(now))
    #expect(rig.events("ring_full") == lost)
    #expect(rig.events("delivered") == called - lost)
    #expect(rig.metric("swiftlet_ebpf_events_held") == 0)
    #expect(rig.metric("swiftlet_ebpf_events_in_ring") == 0)
    expectBalance(rig)
    let told = consumer.recordCount
    // Besides the records there is one on the gap, or one a second.
    #expect(told > called - lost && told <= called - lost + 10)
  }

  @Test("at the end all that is on the rings is told, also where the pipeline waits")
  func endsWhileFull() async throws {
    let rig = try TestRig()
    let consumer = SwitchedConsumer()
    let session = try session(rig, consumer)
    consumer.isStalled = true
    for round in 1...20 {
      call(2000)
      _ = session.turn(at: time(Int64(round) * 200))
      await rig.drain()
    }
    #expect(try #require(rig.metric("swiftlet_ebpf_events_in_ring")) > 0)
    session.finish {}
    consumer.isStalled = false
    for _ in 0..<20 { await rig.advance(by: .milliseconds(100)) }
    #expect(rig.events("delivered") == 40_000 - rig.events("ring_full"))
    #expect(rig.metric("swiftlet_ebpf_events_in_ring") == 0)
    expectBalance(rig)
  }

  @Test("records that cannot be understood are counted and left out")
  func malformed() async throws {
    let rig = try TestRig()
    let consumer = CollectingConsumer()
    let capability = FakeCapability(call)
    capability.isPicky = true
    let session = try session(rig, consumer, capability)
    call(100)
    _ = session.turn(at: time(0))
    _ = session.turn(at: time(1000))
    #expect(rig.events("malformed") == 100)
    #expect(rig.events("produced") == 100)
    expectBalance(rig)
    _ = session.turn(at: time(1300))
    await rig.drain()
    #expect(consumer.batches.map(\.payload.itemCount) == [1])
  }

  @Test("what the kernel does not tell is counted as lost, and is no gap among the records")
  func missed() async throws {
    let rig = try TestRig()
    let consumer = CollectingConsumer()
    let capability = FakeCapability(call)
    capability.missesCalls = true
    let session = try session(rig, consumer, capability)
    call(100)
    _ = session.turn(at: time(1000))
    #expect(rig.events("missed") == 100)
    #expect(rig.events("produced") == 100)
    #expect(rig.events("delivered") == 0)
    expectBalance(rig)
    _ = session.turn(at: time(1300))
    await rig.drain()
    #expect(consumer.batches.isEmpty)
  }

  @Test("what rates begin with is shown from the start, other outcomes once they happen")
  func shownOutcomes() throws {
    let rig = try TestRig()
    let capability = FakeCapability(call)
    let session = try session(rig, CollectingConsumer(), capability)
    for outcome in ["produced", "delivered", "ring_full", "map_full"] {
      #expect(rig.shownEvents(outcome) == 0, "\(outcome)")
    }
    for outcome in ["rate_limited", "malformed", "refused", "partial", "truncated"] {
      #expect(rig.shownEvents(outcome) == nil, "\(outcome)")
    }
    #expect(rig.metric("swiftlet_ebpf_program_runs") == nil)
    capability.isPicky = true
    call(3)
    _ = session.turn(at: time(1000))
    #expect(rig.shownEvents("malformed") == 3)
  }

  @Test("programs that only sum up have no counts of records, and those of one number are one")
  func sums() throws {
    let rig = try TestRig()
    let capability = FakeCapability(call)
    capability.programs = ["call", "other"].map {
      ProgramSpec(
        $0, number: 112, makesRecords: false, "on_sys_enter", .tracepoint("sys_enter"))
    }
    let loading = ProbeLoading([capability], .read(), memoryLimit: 16)
    let counters = loading.counters(rig.settings().metrics)
    #expect(counters.compactMap { $0?.name } == ["fake/call"])
    let shown = rig.registry.samples().filter { $0.key.name.hasPrefix("swiftlet_ebpf_events") }
    #expect(shown.count == 1)
    #expect(rig.shownEvents("map_full") == 0)
  }

  @Test("the table of processes is kept tidy whatever capabilities are on")
  func tidiesProcesses() throws {
    let rig = try TestRig()
    let loading = ProbeLoading([FakeCapability()], .read(), memoryLimit: 16)
    let reading = try #require(loading.reading)
    let session = ProbeSession(
      rig.settings(), [.logs: CollectingConsumer()], loading, reading,
      now: MonotonicTime(nanoseconds: 0))
    let processes = loading.processes
    let nobody = ProcessKey(pid: 4_000_000, startTicks: 1)
    for _ in 0..<2 { #expect(processes.look(up: nobody) == nil) }
    #expect(processes.missCount == 1)
    _ = session.turn(at: time(1000))
    #expect(processes.look(up: nobody) == nil)
    #expect(processes.missCount == 2)
  }

  @Test("a pipeline that refuses for good loses nothing unseen")
  func refuses() async throws {
    let rig = try TestRig()
    let consumer = FailingConsumer(.permanent("no"), refuses: true)
    let session = try session(rig, consumer)
    call(100)
    _ = session.turn(at: time(0))
    _ = session.turn(at: time(300))
    await rig.drain()
    _ = session.turn(at: time(1000))
    #expect(rig.events("refused") == 100)
    #expect(rig.events("delivered") == 0)
    expectBalance(rig)
  }
}

/// A consumer that takes everything, or nothing.
final class SwitchedConsumer: Consumer {
  private let stalled = Gauge()
  private let records = Counter()

  var isStalled: Bool {
    get { stalled.value == 1 }
    set { stalled.set(newValue ? 1 : 0) }
  }

  var recordCount: Int { records.value }
  var refusal: DeliveryError? { isStalled ? .queueFull : nil }

  func consume(_ batch: TelemetryBatch) throws(DeliveryError) {
    if isStalled { throw .queueFull }
    records.add(batch.payload.itemCount)
    batch.delivery.succeed()
  }
}
