import Bytes
import Components
import Configuration
import Diagnostics
import Telemetry
import TestSupport
import Testing

@testable import Processors

@Suite struct ResourceDetectionProcessorTests {
  private static let variables = [
    "OTEL_RESOURCE_ATTRIBUTES": "deployment.environment=test,team=birds"
  ]

  private func processor(
    _ config: ResourceDetectionConfig, _ rig: TestRig, _ next: any Consumer,
    _ variables: [String: String] = Self.variables
  ) -> EditingProcessor {
    let editor = ResourceDetectionEditor(
      config, rig.settings(), Surroundings(environment: { variables[$0] }))
    return EditingProcessor(editor, rig.settings(), .traces, next)
  }

  @Test(
    "gives each resource what was found, over or under what it has",
    arguments: [(true, "found"), (false, "own")])
  func adds(overrides: Bool, expected: String) async throws {
    let rig = try TestRig()
    let next = CollectingConsumer()
    let one = processor(
      ResourceDetectionConfig(overrides: overrides), rig, next,
      ["OTEL_RESOURCE_ATTRIBUTES": "team=found,new=1"])
    try one.start(rig.host)
    let payload = BatchBuilder.payload(.traces, 3, attributes: [("team", "own")])
    try one.consume(
      TelemetryBatch(signal: .traces, payload: payload, origin: Origin(), delivery: .unobserved))
    let wanted = BatchBuilder.payload(.traces, 3, attributes: [("team", expected), ("new", "1")])
    #expect(next.batches.first?.payload.joined() == wanted.joined())
    #expect(next.batches.first?.payload.itemCount == 3)
    await stop(one)
  }

  @Test("keeps the rules of life")
  func lifeCycle() async throws {
    try await checkLifeCycle(
      makeFailing: { rig, next in
        processor(
          ResourceDetectionConfig(failsOnMissing: true), rig, next,
          ["OTEL_RESOURCE_ATTRIBUTES": "broken"])
      },
      of: { rig, next in processor(ResourceDetectionConfig(), rig, next) })
  }

  @Test("goes on without what a detector could not find, and tells once")
  func failing() async throws {
    let rig = try TestRig()
    let next = CollectingConsumer()
    let one = processor(
      ResourceDetectionConfig(), rig, next, ["OTEL_RESOURCE_ATTRIBUTES": "broken"])
    try one.start(rig.host)
    let batch = BatchBuilder.batch(.traces, 3)
    try one.consume(batch)
    #expect(next.batches.first?.payload.joined() == batch.payload.joined())
    #expect(rig.sink.messages(.warn).count == 1)
    #expect(rig.metric("swiftlet_resource_detection_failures") == 1)
    await stop(one)
  }

  @Test("detects once for all pipelines of a section")
  func shared() async throws {
    let rig = try TestRig()
    let next = CollectingConsumer()
    let config = ResourceDetectionConfig()
    let first = processor(config, rig, next)
    let second = processor(config, rig, next, [:])
    try first.start(rig.host)
    try second.start(rig.host)
    #expect(config.detection.program.stages.first?.edits.count == 2)
    try second.consume(BatchBuilder.batch(.traces, 3))
    await stop(first)
    await stop(second)
  }

  @Test("adds only the attributes that are allowed")
  func allowed() async throws {
    let rig = try TestRig()
    let config = ResourceDetectionConfig(allowed: ["team"])
    let one = processor(config, rig, CollectingConsumer())
    try one.start(rig.host)
    #expect(config.detection.program.stages.first?.edits.count == 1)
    await stop(one)
  }

  @Test("detects again at the refresh interval")
  func refresh() async throws {
    let rig = try TestRig()
    let config = ResourceDetectionConfig(refreshInterval: .seconds(60))
    let one = processor(config, rig, CollectingConsumer(), ["OTEL_RESOURCE_ATTRIBUTES": "broken"])
    try one.start(rig.host)
    await rig.drain()
    await rig.advance(by: .seconds(60))
    while rig.metric("swiftlet_resource_detection_failures") != 2 {
      await rig.drain()
      await Task.yield()
    }
    await stop(one)
  }

  static let problems: [(ConfigTree, String)] = [
    (["detectors": ["ec2"]], "the detector ec2 is not in this build"),
    (["detectors": ["env", "gcp"], "gcp": [:]], "test::gcp: this detector is not in this build"),
    (["detectors": ["envv"]], "\"envv\" is not one of env, system"),
    (["detectors": ["env", "env"]], "lists env twice"),
    (["detectors": []], "lists none"),
    (["timeout": "0s"], "must be more than 0"),
    (["refresh_interval": "10ms"], "must be 0 or at least 1s"),
    (["system": ["hostname_sources": ["wins"]]], "\"wins\" is not one of dns, os, cname, lookup"),
    (
      ["system": ["resource_attributes": ["host.nam": ["enabled": true]]]],
      "unknown key \"host.nam\""
    ),
  ]

  @Test("reports each problem at its place", arguments: problems.indices)
  func reports(index: Int) {
    let (tree, expected) = Self.problems[index]
    let (_, problems) = tree.decode(ResourceDetectionConfig.self)
    #expect(problems.count == 1)
    #expect(problems.first?.contains(expected) == true, "\(problems)")
  }

  @Test("reads switches and sources of each detector")
  func options() {
    let tree: ConfigTree = [
      "detectors": ["system", "docker"], "override": false, "timeout": "2s",
      "attributes": ["host.name"],
      "system": [
        "hostname_sources": ["os"],
        "resource_attributes": ["host.id": ["enabled": true], "os.type": ["enabled": false]],
      ],
    ]
    let (config, problems) = tree.decode(ResourceDetectionConfig.self)
    #expect(problems.isEmpty)
    #expect(config.detectors.map(\.kind) == [.system, .docker])
    #expect(config.detectors[0].attributes == ["host.name", "host.id"])
    #expect(config.detectors[0].hostnameSources == [.os])
    #expect(!config.overrides && config.timeout == .seconds(2))
    #expect(config.allowed == ["host.name"])
  }
}
