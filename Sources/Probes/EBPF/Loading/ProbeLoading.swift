internal import Diagnostics
internal import EBPF
internal import Identity

/// What loading all capabilities came to.
struct ProbeLoading {
  /// The capabilities that are on, with their programs.
  var loaded: [(capability: any ProbeCapability, probe: LoadedProbe)] = []
  /// The report's lines.
  var states: [ProgramState] = []
  /// How records are read; nil where nothing is on.
  private(set) var reading: ProbeReading?
  let shares: MemoryShares
  /// The table that all capabilities share.
  let processes: ProcessTable

  /// Loads and attaches `capabilities` as far as the host lets.
  init(
    _ capabilities: [any ProbeCapability], _ facts: ProbeHostFacts, memoryLimit: Int,
    signal: ProbeReading.MakeSignal = { rings throws(BPFError) in try RingSignal(rings) }
  ) {
    shares = MemoryShares(limit: memoryLimit)
    var settings = ProcessTable.Settings()
    // A process takes about this many bytes, its encoded attributes included.
    settings.capacity = min(settings.capacity, shares.processTable / 768)
    processes = ProcessTable(settings)
    var loader = ProbeLoader(facts, shares)
    for capability in capabilities {
      let outcome = loader.load(capability)
      states += outcome.states
      if let probe = outcome.loaded { loaded.append((capability, probe)) }
    }
    guard let shared = loader.shared, !loaded.isEmpty else { return }
    do {
      reading = try ProbeReading(shared, signal)
    } catch {
      // What nobody can read is of no use.
      loaded = []
      let obstacle = ProgramChoice.obstacle(error, facts)
      states = states.map { $0.isOn ? $0.off(obstacle) : $0 }
    }
  }

  /// Counters of each program that runs, at its number.
  func counters(_ metrics: MetricsScope) -> [ProgramCounters?] {
    var counters = [ProgramCounters?](repeating: nil, count: LossAccount.programCount)
    for (capability, probe) in loaded {
      for spec in capability.programs where probe.does(spec.name) {
        // Programs that share a number are counted together, under the name of the first.
        guard let number = spec.number, counters.indices.contains(number), counters[number] == nil
        else { continue }
        counters[number] = ProgramCounters(
          "\(capability.name)/\(spec.name)", metrics, makesRecords: spec.makesRecords)
      }
    }
    return counters
  }
}
