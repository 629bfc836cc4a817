import Bytes
import Configuration
import Diagnostics
import Dispatch
import HTTPTypes
import Queues
import Sockets
import Synchronization
import Telemetry
import TestSupport
import Testing
import Transport

@testable import Service

@Suite(.timeLimit(.minutes(1))) struct OwnLogTests {
  private func itemCount(_ body: ByteSlice) throws -> Int {
    try RequestValidator.validate(body, signal: .logs).payload.itemCount
  }

  @Test("a request holds every line with its level, message, fields and resource")
  func request() throws {
    let entry = LogEntry(
      level: .warn, message: "what",
      fields: [("text", "a"), ("int", -1), ("double", 1.5), ("bool", true)])
    let lines = (0..<3).map { OwnLogRequest.Line(entry: entry, time: .init(milliseconds: $0)) }
    let body = OwnLogRequest.encode(lines, resource: [("service.name", "swiftlet")])
    #expect(try itemCount(body) == 3)
    let text = String(decoding: body.array, as: UTF8.self)
    for part in ["service.name", "swiftlet", "what", "warn", "double"] {
      #expect(text.contains(part))
    }
  }

  @Test("lines written before and after the start reach the backend, also after a refusal")
  func push() async throws {
    let shards = try Shards(count: 1)
    let backend = HTTPBackend(statuses: [503, 400])
    let server = HTTPServer(handler: backend, shards: shards)
    try server.start(on: .tcp(host: "127.0.0.1", port: 0))
    var config = OwnLogsConfig()
    config.backend.address = try #require(server.boundAddress)
    config.backend.headers = [("token", Secret("t"))]
    config.delay = .milliseconds(1)
    config.retryDelay = .milliseconds(1)
    let push = OwnLogPush(config, minimumLevel: .info, resource: [])
    let log = Log.discarding.writing(to: [push])
    log.info("before")
    log.debug("left out")
    push.open(on: shards.all[0])
    // Refused for now, and sent again; then refused for good.
    await backend.received(2)
    log.info("after")
    await backend.received(3)
    push.close(by: .now() + .seconds(5))
    let requests = backend.requests
    #expect(requests.allSatisfy { $0.path == "/v1/logs" && $0.fields.first("token") == "t" })
    #expect(try requests.prefix(2).map { try itemCount($0.body) } == [1, 1])
    #expect(push.lost.value == 1)
    await withCheckedContinuation { done in
      server.stop(by: .now() + .seconds(5)) { done.resume() }
    }
    shards.close()
  }

  @Test("while nobody takes them the oldest lines are lost, and counted")
  func limit() throws {
    var config = OwnLogsConfig()
    config.queueSize = 3
    let push = OwnLogPush(config, minimumLevel: .info, resource: [])
    for _ in 0..<10 { push.write(LogEntry(level: .info, message: "x", fields: [])) }
    #expect(push.lost.value == 7)
    push.close(by: .now())
  }

  @Test("reads a batch processor with an otlp exporter")
  func config() throws {
    let tree: ConfigTree = [
      "batch": [
        "schedule_delay": 5, "max_queue_size": 100,
        "exporter": ["otlp": ["protocol": "http/protobuf", "endpoint": "http://127.0.0.1:1/x"]],
      ]
    ]
    let problems = ConfigProblems()
    let read = OwnLogsConfig(from: ConfigSection(tree.node, path: "p", problems: problems))
    let config = try #require(read)
    #expect(problems.all.map(\.message) == [])
    #expect(config.backend.address == .tcp(host: "127.0.0.1", port: 1))
    #expect(config.backend.path == "/x")
    #expect(config.delay == .milliseconds(5))
    #expect(config.batchSize == 100)
  }

  static let wrong: [(ConfigTree, String)] = [
    ([:], "expected batch or simple with an exporter"),
    (["batch": ["exporter": ["console": [:]]]], "expected an otlp exporter"),
    (["batch": ["exporter": ["otlp": ["endpoint": "https://x:1"]]]], "TLS is not in this build"),
    (
      ["simple": ["exporter": ["otlp": ["endpoint": "http://x:1", "protocol": "http/json"]]]],
      "\"http/json\" is not in this build"
    ),
  ]

  @Test("says what is wrong", arguments: wrong.indices)
  func problems(index: Int) {
    let (tree, expected) = OwnLogTests.wrong[index]
    let problems = ConfigProblems()
    _ = OwnLogsConfig(from: ConfigSection(tree.node, path: "p", problems: problems))
    #expect(problems.all.contains { $0.message.contains(expected) }, "\(problems.all)")
  }
}
