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
  init(from section: ConfigSection, machineByteCount: Int) {
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
    let machineByteCount: Int

    func limits() -> MemoryLimits {
      let limit = size("limit")
      let spike = size("spike_limit")
      guard let limit else {
        section.problem("either limit_mib or limit_percentage must be given, and not be zero")
        return MemoryLimits(hard: 0, soft: 0)
      }
      // As in the reference collector, a limit in MiB has its spike in MiB.
      let spikeBytes = (spike?.key.hasSuffix("mib") == limit.key.hasSuffix("mib") ? spike : nil)?
        .bytes
      if let spikeBytes, spikeBytes >= limit.bytes, let spike {
        section.problem(spike.key, "must be less than \(limit.key)")
      }
      return MemoryLimits(
        hard: limit.bytes, soft: max(0, limit.bytes - (spikeBytes ?? limit.bytes / 5)))
    }

    /// The size that `name_mib` or `name_percentage` gives, the first before the other; nil where both
    /// are absent or zero.
    private func size(_ name: String) -> (key: String, bytes: Int)? {
      let mebibytes = section.int("\(name)_mib", default: 0, in: 0...1 << 30)
      let percentage = section.int("\(name)_percentage", default: 0, in: 0...100)
      if mebibytes > 0 { return ("\(name)_mib", mebibytes << 20) }
      guard percentage > 0 else { return nil }
      if machineByteCount == 0 {
        section.problem("\(name)_percentage", "this machine's memory is not known; use \(name)_mib")
      }
      return ("\(name)_percentage", machineByteCount / 100 * percentage)
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
