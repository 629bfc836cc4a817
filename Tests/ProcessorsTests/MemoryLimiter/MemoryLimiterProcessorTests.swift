import Components
import Diagnostics
import Queues
import Synchronization
import Telemetry
import TestSupport
import Testing

@testable import Processors

@Suite struct MemoryLimiterProcessorTests {
  /// A process whose memory the test sets, in MiB; limits are 100 and 80.
  private final class FakeProcess: Sendable {
    let used = Atomic<Int>(10)
    /// What giving back leaves; nil where it does not help.
    let floor = Mutex<Int?>(nil)
    let givenBack = Atomic<Int>(0)

    func config(interval: Duration = .seconds(1)) -> MemoryLimiterConfig {
      MemoryLimiterConfig(
        watch: MemoryWatch(
          MemoryLimits(hard: 100 << 20, soft: 80 << 20), interval: interval,
          soft: MemoryWatch.Pauses(shortest: .seconds(10), longest: .seconds(30)),
          hard: MemoryWatch.Pauses(shortest: .zero, longest: .seconds(30)),
          memory: MemoryWatch.Memory(
            used: { self.used.load(ordering: .relaxed) << 20 },
            giveBack: {
              self.givenBack.add(1, ordering: .relaxed)
              if let floor = self.floor.withLock({ $0 }) {
                self.used.store(floor, ordering: .relaxed)
              }
            })))
    }

    func set(_ mebibytes: Int) { used.store(mebibytes, ordering: .relaxed) }
    var givenBackCount: Int { givenBack.load(ordering: .relaxed) }
  }

  private func refusal(_ limiter: MemoryLimiterProcessor) -> DeliveryError? {
    do {
      try limiter.consume(BatchBuilder.batch(.traces, 3))
      return nil
    } catch {
      return error
    }
  }

  @Test("keeps the rules of life that all components share")
  func lifeCycle() async throws {
    try await checkLifeCycle { rig, next in
      MemoryLimiterProcessor(FakeProcess().config(), rig.settings(), .traces, next)
    }
  }

  @Test("refuses above the soft limit until a look finds less, and counts both")
  func limits() async throws {
    let rig = try TestRig()
    let process = FakeProcess()
    let next = ScriptedConsumer()
    let limiter = MemoryLimiterProcessor(process.config(), rig.settings(), .traces, next)
    try limiter.start(rig.host)
    await rig.drain()
    #expect(refusal(limiter) == nil)
    process.set(81)
    #expect(refusal(limiter) == nil)
    await rig.advance(by: .seconds(1))
    #expect(limiter.refusal == .memoryPressure)
    #expect(refusal(limiter) == .memoryPressure)
    process.set(80)
    await rig.advance(by: .seconds(1))
    #expect(limiter.refusal == nil)
    #expect(refusal(limiter) == nil)
    #expect(next.taken.count == 3)
    #expect(rig.metric("otelcol_processor_memory_limiter_accepted_spans") == 9)
    #expect(rig.metric("otelcol_processor_memory_limiter_refused_spans") == 3)
    #expect(
      rig.sink.entries.map(\.message) == [
        "the process has more memory than the soft limit: senders are told to try again",
        "the process is below the soft memory limit: data is taken again",
      ])
    await stop(limiter)
  }

  @Test("gives memory back before it refuses")
  func givesBack() async throws {
    let rig = try TestRig()
    let process = FakeProcess()
    let limiter = MemoryLimiterProcessor(
      process.config(), rig.settings(), .traces, CollectingConsumer())
    try limiter.start(rig.host)
    process.floor.withLock { $0 = 20 }
    process.set(90)
    await rig.advance(by: .seconds(1))
    #expect(process.givenBackCount == 1)
    #expect(limiter.refusal == nil)
    await stop(limiter)
  }

  @Test("leaves the heap alone for 10 s, and while giving back does not help for up to 30 s")
  func pauses() async throws {
    let rig = try TestRig()
    let process = FakeProcess()
    let limiter = MemoryLimiterProcessor(
      process.config(), rig.settings(), .traces, CollectingConsumer())
    process.set(90)
    try limiter.start(rig.host)
    await rig.drain()
    var counts: [Int] = []
    for _ in 0..<6 {
      for _ in 0..<10 { await rig.advance(by: .seconds(1)) }
      counts.append(process.givenBackCount)
    }
    #expect(counts == [2, 3, 4, 5, 5, 6])
    process.set(101)
    await rig.advance(by: .seconds(1))
    #expect(process.givenBackCount == 6)
    await stop(limiter)
  }

  @Test("the processors of a section look once, from the first's start to the last's end")
  func shares() async throws {
    let rig = try TestRig()
    let process = FakeProcess()
    let config = process.config()
    let limiters = (0..<3).map { _ in
      MemoryLimiterProcessor(config, rig.settings(), .traces, CollectingConsumer())
    }
    for limiter in limiters { try limiter.start(rig.host) }
    process.set(90)
    await rig.advance(by: .seconds(1))
    #expect(process.givenBackCount == 1)
    #expect(limiters.allSatisfy { $0.refusal == .memoryPressure })
    await stop(limiters[0])
    process.set(10)
    await rig.advance(by: .seconds(1))
    #expect(limiters[1].refusal == nil)
    await stop(limiters[1])
    await stop(limiters[2])
    await rig.drain()
    process.set(200)
    await rig.advance(by: .seconds(5))
    #expect(process.givenBackCount == 1)
  }

  @Test("the real process has memory, which can be given back")
  func realProcess() {
    let memory = MemoryWatch.Memory()
    #expect(memory.used() > 0)
    memory.giveBack()
    #expect(memory.used() > 0)
  }
}
