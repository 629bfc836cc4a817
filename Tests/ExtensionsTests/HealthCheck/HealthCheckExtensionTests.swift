import Bytes
import Components
import Dispatch
import HTTPTypes
import Queues
import Sockets
import Synchronization
import TestSupport
import Testing
import Transport

@testable import Extensions

@Suite(.timeLimit(.minutes(1))) struct HealthCheckExtensionTests {
  private let shards: Shards
  private let host = HealthHost(HealthSamples.health())

  init() throws {
    shards = try Shards(count: 1)
  }

  private func settings(_ rig: TestRig) -> ComponentSettings {
    let own = rig.settings(ComponentID(type: "health_check"))
    return ComponentSettings(
      id: own.id, shards: shards, log: own.log, metrics: own.metrics, memory: own.memory,
      version: own.version)
  }

  private func config(_ change: (inout HealthCheckConfig) -> Void = { _ in }) -> HealthCheckConfig {
    var config = HealthCheckConfig()
    config.address = .tcp(host: "127.0.0.1", port: 0)
    change(&config)
    return config
  }

  /// The status and the body of the answer to a request.
  private func get(
    _ target: String, _ address: SocketAddress, method: String = "GET"
  ) async -> (Int, String) {
    let client = await withCheckedContinuation { continuation in
      shards.all[0].post { [shards] in
        let client = HTTPClient(to: address, shard: shards.all[0])
        continuation.resume(returning: ShardBound(confined: client, to: shards.all[0]))
      }
    }
    return await withCheckedContinuation { continuation in
      client.shard.post {
        let head = HTTPRequestHead(method: method, target: target, authority: "")
        client.value.call(HTTPClientRequest(head: head), timeout: .seconds(10)) { result in
          client.value.stop()
          switch result {
          case .success(let response):
            continuation.resume(returning: (response.head.status, response.body.text))
          case .failure(let error): continuation.resume(returning: (0, "\(error)"))
          }
        }
      }
    }
  }

  @Test("answers as the collector and its pipelines are doing")
  func answers() async throws {
    let rig = try TestRig()
    let health = HealthCheckExtension(config(), settings(rig))
    try health.start(host)
    let address = try #require(health.boundAddress)
    let expected: [(String, Int, String)] = [
      ("/", 200, "Server available"), ("/?verbose", 200, "\"pipeline:traces\""),
      ("/?pipeline=traces", 200, "\"StatusOK\""),
      ("/?pipeline=logs%2Fa%20b&verbose", 200, "\"exporter:debug\""),
      ("/?pipeline=none", 404, "no pipeline"), ("/live", 200, "live"), ("/ready", 200, "ready"),
      ("/status", 404, "not found"), ("/config", 404, "not found"),
    ]
    for (target, status, part) in expected {
      let (found, body) = await get(target, address)
      #expect(found == status, "\(target)")
      #expect(body.contains(part), "\(target): \(body)")
    }
    #expect(await get("/", address, method: "POST").0 == 405)
    host.set(HealthSamples.health(.stopping))
    #expect(await get("/", address).0 == 503)
    #expect(await get("/ready", address).0 == 503)
    #expect(await get("/live", address).0 == 200)
    await stop(health)
  }

  @Test("the second version answers at its own paths, in JSON")
  func secondVersion() async throws {
    let rig = try TestRig()
    let health = HealthCheckExtension(
      config {
        $0.statusPath = "/status"
        $0.configPath = "/config"
        $0.speaksFirstVersion = false
      }, settings(rig))
    try health.start(host)
    let address = try #require(health.boundAddress)
    #expect(await get("/status", address).1.contains("\"StatusOK\""))
    #expect(await get("/config", address).1 == "{\"service\":{}}")
    #expect(await get("/", address).0 == 404)
    await stop(health)
  }

  @Test("the words of the configuration stand in place of its own")
  func words() async throws {
    let rig = try TestRig()
    let health = HealthCheckExtension(config { $0.healthyBody = "fine" }, settings(rig))
    try health.start(host)
    #expect(await get("/", try #require(health.boundAddress)) == (200, "fine"))
    await stop(health)
  }

  @Test("keeps the rules of life")
  func lifeCycle() async throws {
    let taken = HealthCheckExtension(config(), settings(try TestRig()))
    try taken.start(host)
    let address = try #require(taken.boundAddress)
    try await checkLifeCycle(
      makeFailing: { rig, _ in HealthCheckExtension(config { $0.address = address }, settings(rig))
      }
    ) { rig, _ in
      HealthCheckExtension(config(), settings(rig))
    }
    await stop(taken)
  }
}
