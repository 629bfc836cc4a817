import Components
import Configuration
import Diagnostics
import Dispatch
import Synchronization
import Testing

@testable import Service

@Suite struct StatusBoardTests {
  private static let text = """
    receivers: {nop: }
    processors: {batch: }
    exporters: {nop: , debug: }
    extensions: {health_check: {endpoint: "127.0.0.1:0"}, healthcheckv2/b: {endpoint: "127.0.0.1:0"}}
    service:
      extensions: [healthcheckv2/b, health_check]
      telemetry: {metrics: {level: none}}
      pipelines:
        traces: {receivers: [nop], processors: [batch], exporters: [nop]}
        logs: {receivers: [nop], processors: [batch], exporters: [debug]}
    """

  private func plan() throws -> CollectorPlan {
    let loaded = LoadedConfiguration(sources: ["yaml:" + Self.text], overrides: [])
    #expect(loaded.problems.map(\.message) == [])
    return try #require(loaded.plan)
  }

  @Test("components of one id are told apart by kind and pipeline")
  func instances() throws {
    let board = StatusBoard(try plan(), log: .discarding) { _, _ in }
    let id = ComponentID(type: "nop")
    board.host(for: ComponentInstance(.receiver, id)).report(.ok, from: id)
    board.host(for: ComponentInstance(.exporter, id)).report(.recoverableError("x"), from: id)
    let batch = ComponentID(type: "batch")
    board.host(for: ComponentInstance(.processor, batch, in: "logs")).report(.ok, from: batch)
    let health = try #require(board.health)
    #expect(health.pipelines.map(\.name) == ["traces", "logs"])
    #expect(health.pipelines[0].parts.map(\.status) == [.ok, .starting, .recoverableError("x")])
    #expect(health.pipelines[1].parts.map(\.status) == [.ok, .ok, .starting])
    let names = health.extensions.parts.map(\.instance.description)
    #expect(names == ["extension:healthcheckv2/b", "extension:health_check"])
  }

  @Test("a state lasts since its first report of that kind")
  func since() throws {
    let time = Atomic<Int>(1)
    let board = StatusBoard(try plan(), log: .discarding) {
      WallTime(milliseconds: Int64(time.load(ordering: .relaxed)))
    } onFatal: { _, _ in
    }
    let instance = ComponentInstance(.exporter, ComponentID(type: "debug"))
    for (moment, status) in [
      (2, ComponentStatus.ok), (3, .recoverableError("a")), (4, .recoverableError("b")),
    ] {
      time.store(moment, ordering: .relaxed)
      board.report(status, from: instance)
    }
    let part = try #require(board.health?.pipelines[1].parts[2])
    #expect(part.status == .recoverableError("b"))
    #expect(part.since.milliseconds == 3)
    board.enter(.running)
    #expect(board.health?.phase == .running)
    #expect(board.health?.since.milliseconds == 4)
    #expect(board.health?.start.milliseconds == 1)
  }

  @Test("extensions start and stop with the collector, which tells them its configuration")
  func collector() throws {
    let collector = try Collector(try plan(), log: .discarding) { _ in }
    try collector.start()
    #expect(collector.stop(by: .now() + .seconds(5)))
  }
}
