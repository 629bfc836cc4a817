import Configuration
import TestSupport
import Testing

@testable import Processors

@Suite struct MemoryLimiterConfigTests {
  /// As many bytes as a machine of 1000 MiB has, of which a percent is 10 MiB.
  private static let machine = 1000 << 20

  /// Reads the options on such a machine.
  private struct OnMachine: ConfigDecodable {
    let config: MemoryLimiterConfig

    init(from section: ConfigSection) {
      config = MemoryLimiterConfig(from: section, machineByteCount: machine)
    }
  }

  private func limits(_ tree: ConfigTree) -> [Int] {
    let (value, problems) = tree.decode(OnMachine.self)
    #expect(problems == [])
    return [value.config.watch.limits.hard >> 20, value.config.watch.limits.soft >> 20]
  }

  @Test("limits are in MiB or of the machine, with a fifth for what comes between two looks")
  func limits() {
    #expect(limits(["check_interval": "1s", "limit_mib": 400]) == [400, 320])
    #expect(limits(["limit_mib": 400, "spike_limit_mib": 100]) == [400, 300])
    #expect(limits(["limit_percentage": 80, "spike_limit_percentage": 25]) == [800, 550])
    #expect(limits(["limit_percentage": 50]) == [500, 400])
    let both: ConfigTree = [
      "limit_mib": 400, "spike_limit_mib": 100, "limit_percentage": 80,
      "spike_limit_percentage": 25,
    ]
    #expect(limits(both) == [400, 300])
    let otherSpike: ConfigTree = [
      "limit_percentage": 80, "spike_limit_percentage": 25, "spike_limit_mib": 100,
    ]
    #expect(limits(otherSpike) == [800, 550])
  }

  @Test("intervals have the reference collector's defaults")
  func intervals() {
    let tree: ConfigTree = ["limit_mib": 400]
    let watch = tree.decode(OnMachine.self).value.config.watch
    #expect(watch.interval == .seconds(1))
    #expect(watch.soft == MemoryWatch.Pauses(shortest: .seconds(10), longest: .seconds(30)))
    #expect(watch.hard == MemoryWatch.Pauses(shortest: .zero, longest: .seconds(30)))
  }

  @Test(
    "what is wrong is told",
    arguments: [
      ([:], "test: either limit_mib or limit_percentage must be given"),
      (["limit_mib": 0], "test: either limit_mib or limit_percentage must be given"),
      (["limit_mib": 9, "check_interval": "0s"], "check_interval: must be greater than zero"),
      (["limit_mib": 9, "spike_limit_mib": 9], "spike_limit_mib: must be less than limit_mib"),
      (
        ["limit_percentage": 9, "spike_limit_percentage": 10],
        "spike_limit_percentage: must be less than limit_percentage"
      ),
      (["limit_percentage": 101], "expected a whole number from 0 to 100"),
      (
        ["limit_mib": 9, "max_gc_interval_when_soft_limited": "1s"],
        "must be at least min_gc_interval_when_soft_limited"
      ),
      (["limit_mib": 9, "ballast_size_mib": 1], "ballast_size_mib"),
    ] as [(ConfigTree, String)])
  func problems(tree: ConfigTree, expected: String) {
    let problems = tree.decode(OnMachine.self).problems
    #expect(problems.contains { $0.contains(expected) }, "\(problems)")
  }

  @Test("a percentage needs a machine whose memory is known")
  func unknownMachine() {
    struct Unknown: ConfigDecodable {
      init(from section: ConfigSection) {
        _ = MemoryLimiterConfig(from: section, machineByteCount: 0)
      }
    }
    let tree: ConfigTree = ["limit_percentage": 80]
    #expect(
      tree.decode(Unknown.self).problems
        == ["test::limit_percentage: this machine's memory is not known; use limit_mib"])
  }
}
