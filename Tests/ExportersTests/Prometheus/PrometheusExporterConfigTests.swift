import Prometheus
import Sockets
import TestSupport
import Testing

@testable import Exporters

@Suite struct PrometheusExporterConfigTests {
  private func decode(_ tree: ConfigTree) -> (value: PrometheusExporterConfig, problems: [String]) {
    tree.decode(PrometheusExporterConfig.self)
  }

  @Test("has the reference's defaults")
  func defaults() {
    let (config, problems) = decode(["endpoint": "127.0.0.1:8889"])
    #expect(problems.isEmpty)
    #expect(config.address == .tcp(host: "127.0.0.1", port: 8889))
    #expect(config.namespace.isEmpty && config.constantLabels.isEmpty)
    #expect(!config.sendsTimestamps && !config.allowsOpenMetrics && !config.omitsScope)
    #expect(config.expiration == .seconds(300))
    #expect(config.strategy == .underscoreEscapingWithSuffixes)
    #expect(config.resourceLabels.isEmpty)
    #expect(config.seriesLimit == 500_000)
    #expect(config.readTimeout == nil && config.readHeaderTimeout == .seconds(60))
  }

  @Test("needs an endpoint")
  func endpoint() {
    #expect(
      decode([:]).problems
        == ["test::endpoint: is required, such as endpoint: 127.0.0.1:8889"])
  }

  @Test("reads the strategy, or the deprecated switch")
  func strategy() {
    let base: ConfigTree = ["endpoint": ":1", "add_metric_suffixes": false]
    #expect(decode(base).value.strategy == .underscoreEscapingWithoutSuffixes)
    for strategy in TranslationStrategy.allCases {
      let tree: ConfigTree = [
        "endpoint": ":1", "add_metric_suffixes": false,
        "translation_strategy": "\(strategy.rawValue)",
      ]
      #expect(decode(tree).value.strategy == strategy)
    }
    #expect(decode(["endpoint": ":1", "translation_strategy": "x"]).problems.count == 1)
  }

  @Test(
    "refuses what this build has not", arguments: ["tls", "auth", "cors", "middlewares", "other"])
  func refusals(key: String) {
    let node: ConfigTree = ["a": "b"]
    let problems =
      switch key {
      case "tls": decode(["endpoint": ":1", "tls": node]).problems
      case "auth": decode(["endpoint": ":1", "auth": node]).problems
      case "cors": decode(["endpoint": ":1", "cors": node]).problems
      case "middlewares": decode(["endpoint": ":1", "middlewares": node]).problems
      default: decode(["endpoint": ":1", "other": node]).problems
      }
    #expect(problems.count == 1)
  }

  @Test("selects resource attributes by patterns")
  func resourceLabels() {
    let wide = decode([
      "endpoint": ":1",
      "resource_to_telemetry_conversion": ["enabled": true, "exclude_service_attributes": true],
    ]).value.resourceLabels
    #expect(wide.selects(Array("host.name".utf8)))
    #expect(!wide.selects(Array("service.name".utf8)))
    let narrow = decode([
      "endpoint": ":1", "resource_to_telemetry_conversion": ["enabled": true],
      "resource_constant_labels": ["included": ["k8s.*", "host.?ame"], "excluded": ["*.uid"]],
    ]).value.resourceLabels
    for (key, expected) in [
      ("k8s.pod.name", true), ("k8s.pod.uid", false), ("host.name", true), ("host.names", false),
      ("other", false),
    ] {
      #expect(narrow.selects(Array(key.utf8)) == expected, "\(key)")
    }
    let others = decode([
      "endpoint": ":1", "resource_constant_labels": ["excluded": ["a*"]],
    ]).value.resourceLabels
    #expect(others.selects(Array("b".utf8)) && !others.selects(Array("ab".utf8)))
  }

  @Test("shows the options' effects")
  func effects() {
    let rig = StoreRig { config in
      config.namespace = "ns"
      config.sendsTimestamps = true
      config.omitsScope = true
      config.resourceLabels = ResourceLabelSelection(included: ["host.*"], excluded: [])
    }
    rig.apply { request in
      request.resource.append(("host.name", "h"))
      request.scope = "lib"
      request.gauge("x", 1)
    }
    #expect(rig.samples == [#"ns_x{host_name="h",job="shop"} 1 1700000000000"#])
    let created = StoreRig {
      $0.sendsCreated = true
      $0.hasClassicBuckets = true
    }
    created.apply { request in
      request.scopeAttributes = [("team", "t")]
      request.sum("made", 1, start: 1_600_000_000_000_000_000, exemplar: 0.5)
      request.exponential("size", scale: 0, offset: 0, [1, 2], zeros: 1, negative: [3])
    }
    let text = created.exposition(ExpositionFormat(.openMetrics))
    #expect(text.contains("made_created{job=\"shop\",otel_scope_team=\"t\"} 1600000000.000\n"))
    #expect(text.contains("# {span_id=\"0101010101010101\",trace_id=\"02020202"))
    let bounds = text.split(separator: "\n").filter { $0.hasPrefix("size_bucket") }
      .map { $0.split(separator: "le=").last.map(String.init) ?? "" }
    #expect(
      bounds == [#""-1.0"} 3"#, #""1e-128"} 4"#, #""2.0"} 5"#, #""4.0"} 7"#, #""+Inf"} 7"#])
  }
}
