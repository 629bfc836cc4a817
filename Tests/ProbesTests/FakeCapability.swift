import EBPF
import Glibc
import Telemetry

@testable import Probes

/// A capability that makes a log record of each getppid of this process.
final class FakeCapability: ProbeCapability {
  #if arch(x86_64)
    static let watchedCall = Int64(110)
  #else
    static let watchedCall = Int64(173)
  #endif

  let name = "fake"
  let programBase = 112
  var object: EmbeddedProbe { .fake }
  var programs: [ProgramSpec] = [
    ProgramSpec(
      "call", number: 112, "on_sys_enter", .tracepoint("sys_enter", arguments: 2))
  ]
  var takenCount = 0
  var isPicky = false

  func configure(_ object: borrowing BPFObject, _ limits: ProbeLimits) throws(BPFError) {
    try object.set("watched_pid", to: UInt32(getpid()))
    try object.set("watched_call", to: FakeCapability.watchedCall)
  }

  func start(
    _ loaded: LoadedProbe, _ context: ProbeContext, _ output: inout ProbeOutput
  ) throws(BPFError) {}

  func take(_ record: Span<UInt8>, _ head: ProbeHead, _ output: inout ProbeOutput) -> Bool {
    takenCount += 1
    if isPicky { return false }
    output.logs.select(scope: "swiftlet/ebpf/fake")
    output.logs.open(event: "fake.call", time: head.time, observed: output.observed)
    output.logs.attribute("process.pid", Int64(head.pid))
    output.logs.close()
    return true
  }

  func collect(_ output: inout ProbeOutput) throws(BPFError) {}
}
