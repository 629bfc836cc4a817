internal import Diagnostics
internal import EBPF

/// How often programs ran and for how long, where the system setting `kernel.bpf_stats_enabled` counts it, and how
/// often the kernel left them out.
final class RunStatistics {
  private struct Entry {
    let duty: String
    /// Where a run that was left out is a loss.
    let number: Int?
    let probe: LoadedProbe
    let runs: SeldomCounter
    let nanoseconds: SeldomCounter
    let skips: SeldomCounter
  }

  private let entries: [Entry]
  /// By the programs' numbers, which some share, how often the kernel left them out until the last reading and nothing made up for it.
  private(set) var misses = [UInt64](repeating: 0, count: LossAccount.programCount)
  private var seenMisses: [UInt64]

  /// The statistics of every program that runs.
  init(_ loaded: [(any ProbeCapability, LoadedProbe)], _ metrics: MetricsScope) {
    entries = loaded.flatMap { capability, probe in
      capability.programs.filter { probe.does($0.name) }.map { spec in
        let scope = metrics.with("program", "\(capability.name)/\(spec.name)")
        return Entry(
          duty: spec.name, number: spec.isMadeUpFor ? nil : spec.number, probe: probe,
          runs: SeldomCounter("swiftlet_ebpf_program_runs", scope),
          nanoseconds: SeldomCounter("swiftlet_ebpf_program_run_nanoseconds", scope),
          skips: SeldomCounter("swiftlet_ebpf_program_skips", scope))
      }
    }
    seenMisses = [UInt64](repeating: 0, count: entries.count)
  }

  /// Reads what the kernel counted until now.
  func read() {
    for (index, entry) in entries.enumerated() {
      guard let now = entry.probe.runStatistics(entry.duty) else { continue }
      entry.runs.add(Int(clamping: now.count) - entry.runs.value)
      entry.nanoseconds.add(Int(clamping: now.nanoseconds) - entry.nanoseconds.value)
      entry.skips.add(Int(clamping: now.misses) - entry.skips.value)
      if let number = entry.number { misses[number] &+= now.misses &- seenMisses[index] }
      seenMisses[index] = now.misses
    }
  }
}
