import Components
import Configuration
import Sockets
import TestSupport
import Testing

@testable import Extensions

@Suite struct HealthCheckConfigTests {
  @Test("without options it listens where the reference collector does")
  func defaults() {
    let (config, problems) = ([:] as ConfigTree).decode(HealthCheckConfig.self)
    #expect(problems == [])
    #expect(config.address == .tcp(host: "localhost", port: 13133))
    #expect(config.statusPath == "/")
    #expect(config.configPath == nil)
    #expect(config.speaksFirstVersion)
  }

  @Test("reads all options of the first version")
  func firstVersion() {
    let tree: ConfigTree = [
      "endpoint": "127.0.0.1:1", "path": "/health",
      "response_body": ["healthy": "yes", "unhealthy": "no"],
      "check_collector_pipeline": ["enabled": true, "interval": "5m"],
      "component_health": ["include_recoverable_errors": true, "recovery_duration": "5s"],
    ]
    let (config, problems) = tree.decode(HealthCheckConfig.self)
    #expect(problems == [])
    #expect(config.address == .tcp(host: "127.0.0.1", port: 1))
    #expect(config.statusPath == "/health")
    #expect(config.healthyBody == "yes")
    #expect(config.unhealthyBody == "no")
    #expect(config.checksCollectorPipeline)
    #expect(config.rules.countsRecoverableErrors)
    #expect(config.rules.recoveryDuration == .seconds(5))
  }

  @Test("reads all options of the second version")
  func secondVersion() {
    let tree: ConfigTree = [
      "use_v2": true,
      "http": [
        "endpoint": "127.0.0.1:2", "status": ["path": "/s"], "config": ["enabled": true],
      ],
    ]
    let (config, problems) = tree.decode(HealthCheckConfig.self)
    #expect(problems == [])
    #expect(config.address == .tcp(host: "127.0.0.1", port: 2))
    #expect(config.statusPath == "/s")
    #expect(config.configPath == "/config")
    #expect(!config.speaksFirstVersion)
  }

  static let wrong: [(ConfigTree, String)] = [
    (
      ["grpc": ["endpoint": "x"]],
      "test::grpc: the gRPC health service is not in this build; use http"
    ),
    (["http": [:]], "test::http: set use_v2: true beside http, or remove http"),
    (["use_v2": true], "test::use_v2: add an http section; without it nothing would be served"),
    (["path": "x"], "test::path: expected a path that begins with a slash, found \"x\""),
    (
      ["tls": [:]],
      "test::tls: is not in this build; listen on localhost and remove the key"
    ),
    (
      [
        "use_v2": true,
        "http": ["status": ["path": "/a"], "config": ["enabled": true, "path": "/a"]],
      ],
      "test::http::config: /a is the path of the status already"
    ),
  ]

  @Test("says what is wrong", arguments: wrong.indices)
  func problems(index: Int) {
    let (tree, expected) = HealthCheckConfigTests.wrong[index]
    #expect(tree.decode(HealthCheckConfig.self).problems == [expected])
  }
}
