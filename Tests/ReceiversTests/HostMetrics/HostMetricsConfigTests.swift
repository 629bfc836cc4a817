import Configuration
import TestSupport
import Testing

@testable import Receivers

@Suite struct HostMetricsConfigTests {
  @Test("has the defaults of the reference")
  func defaults() {
    let tree: ConfigTree = ["scrapers": ["cpu": nil, "process": [:]]]
    let (config, problems) = tree.decode(HostMetricsReceiverConfig.self)
    #expect(problems.isEmpty)
    #expect(config.interval == .seconds(60) && config.initialDelay == .seconds(1))
    #expect(config.rootPath.isEmpty)
    #expect(config.scrapers.map(\.kind) == [.cpu, .process])
  }

  @Test("switches metrics on and off")
  func switches() {
    let tree: ConfigTree = [
      "scrapers": [
        "cpu": [
          "metrics": [
            "system.cpu.time": ["enabled": false],
            "system.cpu.utilization": ["enabled": true, "attributes": ["cpu", "state"]],
          ]
        ]
      ]
    ]
    let (config, problems) = tree.decode(HostMetricsReceiverConfig.self)
    #expect(problems.isEmpty)
    let switches = config.scrapers[0].switches
    #expect(switches[CPUScraper.time] == nil)
    #expect(switches[CPUScraper.utilization] != nil)
    #expect(switches.keptApart == ["system.cpu.utilization"])
  }

  static let problems: [(ConfigTree, String)] = [
    (["scrapers": [:]], "test::scrapers: lists none"),
    (["scrapers": ["cpus": nil, "cpu": nil]], "unknown key \"cpus\""),
    (
      ["scrapers": ["cpu": ["metrics": ["system.cpu.tim": ["enabled": true]]]]],
      "unknown key \"system.cpu.tim\""
    ),
    (["scrapers": ["cpu": nil], "collection_interval": "1ms"], "must be at least 100ms"),
    (["scrapers": ["cpu": nil], "root_path": "hostfs"], "must be an absolute path"),
    (["scrapers": ["disk": ["include": ["devices": ["sda"]]]]], "match_type: is missing"),
    (["scrapers": ["disk": ["exclude": ["match_type": "strict"]]]], "devices: is missing"),
    (
      ["scrapers": ["disk": ["exclude": ["match_type": "strict", "devices": ["sda", ""]]]]],
      "devices::1: is empty"
    ),
    (
      ["scrapers": ["disk": ["exclude": ["match_type": "regexp", "devices": ["("]]]]],
      "\"(\" is no pattern"
    ),
    (
      ["scrapers": ["process": ["metrics": ["process.handles": ["enabled": true]]]]],
      "no such metric on Linux"
    ),
    (
      ["scrapers": ["cpu": ["metrics": ["system.cpu.time": ["attributes": ["cpu"]]]]]],
      "must list state"
    ),
  ]

  @Test("reports each problem at its place", arguments: problems.indices)
  func reports(index: Int) {
    let (tree, expected) = Self.problems[index]
    let (_, problems) = tree.decode(HostMetricsReceiverConfig.self)
    #expect(problems.count == 1)
    #expect(problems.first?.contains(expected) == true, "\(problems)")
  }

  @Test("selects names by patterns that match anywhere")
  func patterns() {
    let tree: ConfigTree = [
      "scrapers": ["disk": ["exclude": ["devices": ["^loop", "[0-9]$"], "match_type": "regexp"]]]
    ]
    let (config, problems) = tree.decode(HostMetricsReceiverConfig.self)
    #expect(problems.isEmpty)
    for (name, isIncluded) in [("loop0", false), ("sda", true), ("sda1", false)] {
      let bytes = Array(name.utf8)
      let found = config.scrapers[0].names.includes(bytes.span)
      #expect(found == isIncluded)
    }
  }

  @Test("selects names that are included and not excluded")
  func selection() {
    let tree: ConfigTree = [
      "scrapers": [
        "network": [
          "include": ["interfaces": ["lo", "eth0"], "match_type": "strict"],
          "exclude": ["interfaces": ["lo"], "match_type": "strict"],
        ]
      ]
    ]
    let (config, problems) = tree.decode(HostMetricsReceiverConfig.self)
    #expect(problems.isEmpty)
    for (name, isIncluded) in [("lo", false), ("eth0", true), ("eth1", false)] {
      let bytes = Array(name.utf8)
      let found = config.scrapers[0].names.includes(bytes.span)
      #expect(found == isIncluded)
    }
  }
}
