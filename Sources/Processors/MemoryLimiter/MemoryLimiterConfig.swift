internal import Configuration
internal import Identity

/// The options of the `memory_limiter` processor.
struct MemoryLimiterConfig: ConfigDecodable {
  /// What the processors made of this section share, one in each pipeline.
  let watch: MemoryWatch

  /// Options that `watch` has.
  init(watch: MemoryWatch) {
    self.watch = watch
  }

  /// Reads the options from the processor's section.
  init(from section: ConfigSection) {
    self.init(from: section, machineByteCount: MachineMemory.byteCount() ?? 0)
  }

  /// Reads the options on a machine with that much memory, of which percentages are.
  init(from section: ConfigSection, machineByteCount: @escaping @autoclosure () -> Int) {
    let interval = section.duration("check_interval", default: .seconds(1))
    if interval == .zero { section.problem("check_interval", "must be greater than zero") }
    let reader = Reader(section: section, machineByteCount: machineByteCount)
    watch = MemoryWatch(
      reader.limits(), interval: interval,
      soft: reader.pauses("soft", shortest: .seconds(10)),
      hard: reader.pauses("hard", shortest: .zero))
    section.finish()
  }

  /// Reads options that belong together.
  private struct Reader {
    let section: ConfigSection
    let machineByteCount: () -> Int

    /// A limit in MiB goes before one in percent, and each has its spike in its own unit.
    func limits() -> MemoryLimits {
      let mebibytes = numbers("mib", in: 0...1 << 30)
      let percentages = numbers("percentage", in: 0...100)
      if mebibytes.limit > 0 { return limits(mebibytes, "mib", of: 1 << 20) }
      guard percentages.limit > 0 else {
        section.problem("either limit_mib or limit_percentage must be given, and not be zero")
        return MemoryLimits(hard: 0, soft: 0)
      }
      let machine = machineByteCount()
      if machine == 0 {
        section.problem("limit_percentage", "this machine's memory is not known; use limit_mib")
      }
      return limits(percentages, "percentage", of: machine / 100)
    }

    private func numbers(_ unit: String, in range: ClosedRange<Int>) -> (limit: Int, spike: Int) {
      (
        section.int("limit_\(unit)", default: 0, in: range),
        section.int("spike_limit_\(unit)", default: 0, in: range)
      )
    }

    private func limits(
      _ numbers: (limit: Int, spike: Int), _ unit: String, of byteCount: Int
    ) -> MemoryLimits {
      if numbers.spike >= numbers.limit {
        section.problem("spike_limit_\(unit)", "must be less than limit_\(unit)")
      }
      let hard = numbers.limit * byteCount
      let spike = numbers.spike > 0 ? numbers.spike * byteCount : hard / 5
      return MemoryLimits(hard: hard, soft: max(0, hard - spike))
    }

    func pauses(_ kind: String, shortest: Duration) -> MemoryWatch.Pauses {
      let keys = ["min", "max"].map { "\($0)_gc_interval_when_\(kind)_limited" }
      let shortest = section.duration(keys[0], default: shortest)
      let longest = section.duration(keys[1], default: max(shortest, .seconds(30)))
      if longest < shortest { section.problem(keys[1], "must be at least \(keys[0])") }
      return MemoryWatch.Pauses(shortest: shortest, longest: max(shortest, longest))
    }
  }
}
