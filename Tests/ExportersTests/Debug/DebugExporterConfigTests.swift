import Components
import ExporterSupport
@testable import Exporters
import TestSupport
import Testing

@Suite struct DebugExporterConfigTests {
  @Test("nothing written gives the defaults")
  func defaults() {
    let (config, problems) = ([:] as ConfigTree).decode(DebugExporterConfig.self)
    #expect(problems.isEmpty)
    #expect(config == DebugExporterConfig())
    #expect(config.queue.queueSize == 16 << 20 && config.queue.consumerCount == 1)
  }

  @Test("every key is read")
  func everyKey() {
    let tree: ConfigTree = [
      "verbosity": "detailed", "sampling_initial": 5, "sampling_thereafter": 200,
      "use_internal_logger": false, "output_paths": ["stderr", "/tmp/x"],
      "sending_queue": ["enabled": false],
    ]
    let (config, problems) = tree.decode(DebugExporterConfig.self)
    #expect(problems.isEmpty)
    var expected = DebugExporterConfig(
      verbosity: .detailed, samplingInitial: 5, samplingThereafter: 200,
      usesInternalLogger: false, outputPaths: ["stderr", "/tmp/x"])
    expected.queue = (["enabled": false] as ConfigTree).decode(SendingQueueConfig.self).value
    #expect(config == expected)
  }

  @Test("the verbosity is read in letters of any case")
  func verbosityOfAnyCase() {
    let (config, problems) = (["verbosity": "Detailed"] as ConfigTree).decode(
      DebugExporterConfig.self)
    #expect(problems.isEmpty && config.verbosity == .detailed)
  }

  private static let unworkable: [(ConfigTree, String)] = [
    (["verbosity": "loud"], "verbosity"), (["sampling_initial": -1], "sampling_initial"),
    (["output_paths": ["stderr"]], "output_paths"),
    (["use_internal_logger": false, "output_paths": []], "output_paths"),
    (["loglevel": "debug"], "loglevel"),
  ]

  @Test("what cannot work is a problem that names the key", arguments: unworkable)
  func problems(tree: ConfigTree, key: String) {
    let problems = tree.decode(DebugExporterConfig.self).problems
    #expect(problems.count == 1)
    #expect(problems.first?.contains(key) == true)
  }
}
