import EBPF
import Testing

@testable import Probes

@Suite(.enabled(if: Kernel.loads, Kernel.comment))
struct ProcessProgramsTests {
  /// The verifier follows more ways through a program the more it may copy.
  @Test(arguments: [0, 1, 512, 4096], [true, false])
  func `This kernel takes every program, whatever is to be told`(
    limit: Int, hasDirectory: Bool
  ) {
    var config = ProcessConfig()
    config.fork = true
    config.argumentsLimit = limit
    config.workingDirectory = hasDirectory
    var loader = ProbeLoader(.read(), MemoryShares(limit: 48))
    let outcome = loader.load(ProcessCapability(config))
    #expect(outcome.loaded != nil)
    let off = outcome.states.filter { !$0.isOn }.map { "\($0.program ?? ""): \($0.reason)" }
    #expect(off.isEmpty)
  }
}
