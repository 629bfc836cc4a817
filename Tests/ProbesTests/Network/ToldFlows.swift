import Identity
import Telemetry

@testable import Probes

/// What is told of flows, with tables of their own.
final class ToldFlows {
  let table = ProcessTable(boot: BootClock(bootUnixNanoseconds: 1_000_000_000_000))
  private let names = PeerNames(capacity: 64)
  private var work: NetworkWork
  private var output = ProbeOutput(version: "1")

  init(_ config: NetworkConfig = NetworkConfig()) {
    work = NetworkWork(config, table, names, start: 5)
  }

  /// Has the address be known by this name from now on.
  func name(_ address: NetworkAddress, _ name: String) {
    let number = UInt64(truncatingIfNeeded: name.hashValue)
    names.note(name, number, for: address, at: 0, life: .max)
  }

  /// The log records of the flow, told of so many times in rounds of their own, or in one.
  func logs(_ flow: NetworkFlow, times: Int = 1, inOneRound: Bool = false) -> [OutputTexts.Item] {
    for _ in 0..<times {
      if !inOneRound { output.observed += 1 }
      work.tell(flow, &output)
    }
    return OutputTexts.logs(output.logs.takePayload())
  }

  /// The metrics of all flows.
  func metrics() -> [OutputTexts.Item] {
    work.writeMetrics(&output)
    return OutputTexts.metrics(output.metrics.takePayload())
  }
}
