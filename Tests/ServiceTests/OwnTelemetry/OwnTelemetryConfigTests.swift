import Components
import Configuration
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
    let naming = MetricNaming(hasScope: true, hasUnits: true, hasTypeSuffix: false)
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
      decode(["readers": [["periodic": [:]]]]).1 == [
        "m::readers::0::periodic: periodic readers are not in this build; "
          + "use pull and scrape the port"
      ])
    #expect(
      decode(["readers": [["pull": ["exporter": ["other": [:]]]]]]).1.first
        == "m::readers::0::pull::exporter: expected prometheus, the only exporter that is pulled")
    #expect(decode(["address": "nowhere"]).1.count == 1)
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
