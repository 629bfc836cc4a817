import EBPF
import Telemetry
import TestSupport

@testable import Probes

/// A capability that makes a log record of each call of its own.
final class FakeCapability: ProbeCapability {
  /// The calls that it tells of.
  let call: MarkedCall
  let name = "fake"
  let programBase = 112
  var object: EmbeddedProbe { .fake }
  var programs: [ProgramSpec] = [
    ProgramSpec(
      "call", number: 112, "on_sys_enter", .tracepoint("sys_enter", arguments: 2))
  ]
  var takenCount = 0
  var isPicky = false
  var missesCalls = false
  var asksForPeerNames = false
  /// Whether somebody asks for the names of peers, as it was told.
  var hasWantedNames: Bool?

  init(_ call: MarkedCall = MarkedCall()) {
    self.call = call
  }

  func configure(_ object: borrowing BPFObject, _ limits: ProbeLimits) throws(BPFError) {
    try object.set("watched_call", to: MarkedCall.number)
    try object.set("watched_mark", to: call.mark)
    try object.set("misses", to: UInt8(missesCalls ? 1 : 0))
  }

  func start(
    _ loaded: LoadedProbe, _ context: ProbeContext, _ output: inout ProbeOutput
  ) throws(BPFError) {
    hasWantedNames = context.names.isWanted
  }

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
