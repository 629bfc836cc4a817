import Components
import Configuration
import Diagnostics
import Sockets
import TestSupport
import Testing

@testable import Service

@Suite struct OwnTelemetryConfigTests {
  private func decode(_ metrics: ConfigTree) -> (OwnMetricsConfig, [String]) {
    let problems = ConfigProblems()
    let config = OwnMetricsConfig(from: ConfigSection(metrics.node, path: "m", problems: problems))
    return (config, problems.all.map { "\($0.path): \($0.message)" })
  }

  @Test("without options the metrics are at localhost:8888, names without suffixes")
  func defaults() {
    let (config, problems) = decode([:])
    #expect(problems == [])
    #expect(config.level == .normal)
    #expect(config.pulls == [OwnMetricsConfig.Pull()])
    #expect(config.pulls.first?.address == SocketAddress.tcp(host: "localhost", port: 8888))
  }

  @Test("reads pull readers, and the old address")
  func readers() {
    let tree: ConfigTree = [
      "level": "detailed",
      "readers": [
        [
          "pull": [
            "exporter": [
              "prometheus": ["host": "0.0.0.0", "port": 9000, "without_type_suffix": true]
            ]
          ]
        ]
      ],
    ]
    let (config, problems) = decode(tree)
    #expect(problems == [])
    #expect(config.level == .detailed)
    let naming = OwnMetricNaming(hasScope: true, hasUnits: true, hasTypeSuffix: false)
    #expect(
      config.pulls == [
        .init(address: .tcp(host: "0.0.0.0", port: 9000), naming: naming, isRequired: true)
      ])
    let old = decode(["address": "127.0.0.1:1"]).0
    #expect(old.pulls == [.init(address: .tcp(host: "127.0.0.1", port: 1), isRequired: true)])
  }

  @Test("says what is wrong with readers")
  func problems() {
    #expect(
      decode(["readers": [["periodic": [:]]]]).1.first
        == "m::readers::0::periodic::exporter: expected an otlp exporter")
    #expect(
      decode(["readers": [["pull": ["exporter": ["other": [:]]]]]]).1.first
        == "m::readers::0::pull::exporter: expected prometheus, the only exporter that is pulled")
    #expect(decode(["address": "nowhere"]).1.count == 1)
  }

  @Test("reads periodic readers")
  func periodic() throws {
    let exporter: ConfigTree = [
      "otlp": [
        "protocol": "grpc", "endpoint": "http://127.0.0.1:9", "compression": "gzip",
        "temporality_preference": "low_memory", "headers_list": "a=1, b=2=3", "timeout": 500,
      ]
    ]
    let (config, problems) = decode([
      "readers": [
        ["periodic": ["interval": 250, "timeout": 900, "exporter": exporter]],
        ["periodic": ["exporter": ["otlp_http": ["endpoint": "http://h:1/x"]]]],
      ]
    ])
    #expect(problems == [])
    #expect(config.pulls == [])
    let push = try #require(config.pushes.first)
    #expect(push.interval == .milliseconds(250))
    #expect(push.timeout == .milliseconds(500))
    #expect(push.temporality == .lowMemory)
    #expect(push.backend.transport == .grpc)
    #expect(push.backend.address == .tcp(host: "127.0.0.1", port: 9))
    #expect(push.backend.isCompressed)
    #expect(push.backend.headers.map(\.name) == ["a", "b"])
    #expect(push.backend.headers.map(\.value.revealed) == ["1", "2=3"])
    let other = try #require(config.pushes.last)
    #expect((other.interval, other.timeout) == (.seconds(60), .seconds(30)))
    #expect(other.temporality == .cumulative)
    #expect((other.backend.transport, other.backend.path) == (.http, "/x"))
  }

  static let wrongBackends: [(ConfigTree, String)] = [
    (["console": [:]], "exporter: expected an otlp exporter; others are not in this build"),
    (["otlp": [:]], "endpoint: is required: such as http://localhost:4318"),
    (["otlp_grpc": ["endpoint": "h:1"]], "or host:port with insecure: true"),
    (
      ["otlp": ["endpoint": "http://h:1", "protocol": "http/json"]],
      "protocol: \"http/json\" is not"
    ),
    (["otlp": ["endpoint": "http://h:1", "compression": "zstd"]], "compression: \"zstd\" is not"),
    (["otlp": ["endpoint": "http://h:1", "certificate": "/x"]], "certificate: TLS is not"),
    (["otlp": ["endpoint": "http://h:1", "headers_list": "x"]], "headers_list: expected name"),
    (
      [
        "otlp": [
          "endpoint": "http://h:1",
          "default_histogram_aggregation": "base2_exponential_bucket_histogram",
        ]
      ], "own histograms have explicit buckets"
    ),
  ]

  @Test("says what is wrong with a backend", arguments: wrongBackends.indices)
  func wrongBackend(index: Int) {
    let (exporter, expected) = OwnTelemetryConfigTests.wrongBackends[index]
    let problems = decode(["readers": [["periodic": ["exporter": exporter]]]]).1
    #expect(problems.contains { $0.contains(expected) }, "\(problems)")
  }

  @Test("the resource has a name, a version and an id of its own, which may be changed")
  func resource() {
    var resource = OwnResource()
    #expect(
      resource.attributes.map(\.key) == ["service.name", "service.version", "service.instance.id"])
    #expect(OwnResource().attributes[2].value != resource.attributes[2].value)
    let tree: ConfigTree = ["service.name": "mine", "service.instance.id": nil, "zone": "a"]
    resource.read(ConfigSection(tree.node, path: "r", problems: ConfigProblems()))
    #expect(resource.attributes.map(\.key) == ["service.name", "service.version", "zone"])
    #expect(resource.attributes[0].value == "mine")
  }

  @Test("random ids are of version 4")
  func randomID() {
    let id = Array(OwnResource.randomID())
    #expect(id.count == 36)
    #expect(id[14] == "4")
    #expect("89ab".contains(id[19]))
    #expect(id.indices.filter { id[$0] == "-" } == [8, 13, 18, 23])
  }
}
