internal import EBPF
internal import Glibc

/// Loads capabilities' programs: picks what this kernel has, and does without what it refuses.
struct ProbeLoader {
  let facts: ProbeHostFacts
  let shares: MemoryShares
  /// The shared maps, once an object has made them.
  private(set) var shared: SharedMaps?

  init(_ facts: ProbeHostFacts, _ shares: MemoryShares) {
    self.facts = facts
    self.shares = shares
  }

  /// What loading a capability came to; `loaded` is nil where the capability is off.
  struct Outcome {
    var loaded: LoadedProbe?
    var states: [ProgramState]
  }

  /// Loads and attaches what can be of a capability.
  mutating func load(_ capability: any ProbeCapability) -> Outcome {
    var choice = ProgramChoice(capability.programs, facts)
    // Each round takes a variant away for good, so there are no more rounds than variants.
    while true {
      if let needed = choice.missingNeed {
        return Outcome(states: choice.states(of: capability.name, offBecause: needed))
      }
      guard choice.hasAny else { return Outcome(states: choice.states(of: capability.name)) }
      do {
        let loaded = try attempt(capability, &choice)
        guard let loaded else { continue }
        return Outcome(loaded: loaded, states: choice.states(of: capability.name))
      } catch {
        // What there are no descriptors for is no program's fault.
        if !error.isOutOfDescriptors, choice.refuse(error) { continue }
        choice.refuseAll(ProgramChoice.obstacle(error, facts))
        return Outcome(states: choice.states(of: capability.name))
      }
    }
  }

  /// One round; nil where a program could not be attached and another variant is to be tried.
  private mutating func attempt(
    _ capability: any ProbeCapability, _ choice: inout ProgramChoice
  ) throws(BPFError) -> LoadedProbe? {
    let object = try BPFObject(opening: capability.object)
    let wanted = choice.programs
    for program in object.programs { try object.setLoads(program, wanted.contains(program)) }
    try object.set("cgroup_controller", to: Int32(facts.controller))
    try object.set("cgroup_unified", to: UInt8(facts.isMixed ? 1 : 0))
    try object.set("wakeup_bytes", to: UInt64(shares.wakeByteCount))
    try capability.configure(object, shares.limits(for: capability.name))
    if let shared {
      try shared.share(with: object)
    } else {
      try object.setMaximumEntries("lifecycle_ring", shares.lifecycleRing)
      try object.setMaximumEntries("bulk_ring", shares.bulkRing)
    }
    // The capability opens each of its maps once more, for itself.
    let count = object.descriptorCount(programCount: wanted.count) + object.mapCount
    guard let share = DescriptorShare(count, of: facts.descriptors) else {
      throw BPFError("load \(object.name)", code: EMFILE)
    }
    try object.load()
    if shared == nil { shared = try SharedMaps(of: object) }
    let loaded = LoadedProbe(object, share)
    for (index, variant) in choice.chosen {
      do {
        try loaded.attach(
          variant, for: choice.specs[index].name, controlGroup: facts.controlGroups)
      } catch {
        if error.isOutOfDescriptors { throw error }
        choice.refuse(index, error)
        if choice.current(index) != nil || choice.missingNeed != nil { return nil }
      }
    }
    return loaded
  }
}
