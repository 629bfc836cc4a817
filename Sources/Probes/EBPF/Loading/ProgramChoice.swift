internal import EBPF
internal import Glibc

/// Which variant of each of a capability's programs is to be loaded, given what was refused so far.
struct ProgramChoice {
  let specs: [ProgramSpec]
  /// For each program the variants left, best first.
  private var left: [[ProgramSpec.Variant]]
  /// For each program the obstacle to its best variant.
  private var obstacles: [Obstacle?]

  /// The variants that nothing known of the host keeps from running.
  init(_ specs: [ProgramSpec], _ facts: ProbeHostFacts) {
    self.specs = specs
    left = specs.map { $0.variants.filter { facts.obstacle(for: $0.hook) == nil } }
    obstacles = specs.map { spec in
      spec.variants.lazy.compactMap { facts.obstacle(for: $0.hook) }.first
    }
  }

  /// The best variant left of a program; nil where none is.
  func current(_ index: Int) -> ProgramSpec.Variant? { left[index].first }

  /// Whether anything can be loaded.
  var hasAny: Bool { left.contains { !$0.isEmpty } }

  /// The first needed program of which no variant is left.
  var missingNeed: Int? { specs.indices.first { specs[$0].isNeeded && left[$0].isEmpty } }

  /// The variants to load, with their programs' places.
  var chosen: [(index: Int, variant: ProgramSpec.Variant)] {
    specs.indices.compactMap { index in current(index).map { (index, $0) } }
  }

  /// The names of the programs to load.
  var programs: Set<String> { Set(chosen.map(\.variant.program)) }

  /// Takes away the variant that the kernel refused to attach.
  mutating func refuse(_ index: Int, _ error: BPFError) {
    left[index].removeFirst()
    obstacles[index] = ProgramChoice.obstacle(error)
  }

  /// Takes away the variant whose program the error's log names; false where it names none of them.
  mutating func refuse(_ error: BPFError) -> Bool {
    // libbpf tells each program it works on; the one refused is told last.
    let refused =
      chosen.last { error.log.contains("'\($0.variant.program)': failed to load") }
      ?? chosen.last { error.log.contains("prog '\($0.variant.program)'") }
    guard let refused else { return false }
    refuse(refused.index, error)
    return true
  }

  /// Takes all variants away.
  mutating func refuseAll(_ obstacle: Obstacle) {
    for index in specs.indices where !left[index].isEmpty {
      left[index] = []
      obstacles[index] = obstacle
    }
  }

  /// The report's lines; all are off where the needed program at `need` is missing.
  func states(of capability: String, offBecause need: Int? = nil) -> [ProgramState] {
    specs.indices.map { index in
      let variant = need == nil ? current(index) : nil
      var obstacle = obstacles[index] ?? Obstacle("the kernel refused it")
      if let need, need != index, current(index) != nil {
        obstacle = Obstacle(
          "\(capability) makes no sense without \(specs[need].name), which is off")
      }
      return ProgramState(
        capability: capability, duty: specs[index].name,
        hook: (variant ?? specs[index].variants.first)?.hook.name ?? "", program: variant?.program,
        reason: variant == nil ? obstacle.reason : "", remedy: variant == nil ? obstacle.remedy : ""
      )
    }
  }

  /// What the error of a whole object tells on this host.
  static func obstacle(_ error: BPFError, _ facts: ProbeHostFacts) -> Obstacle {
    switch error.code {
    case EMFILE: facts.descriptors.obstacle
    case ENFILE:
      Obstacle(
        "the system has no file descriptors left",
        remedy: "raise the system setting fs.file-max, or end what holds so many")
    default: obstacle(error)
    }
  }

  static func obstacle(_ error: BPFError) -> Obstacle {
    // libbpf tries the simplest of programs first: where even that one is refused it is not for the program.
    let isForAll = error.log.isEmpty || error.log.contains("load trivial BPF program")
    guard isForAll, error.isPermission || error.code == ENOSYS else { return Obstacle("\(error)") }
    return Obstacle(
      "the kernel refuses bpf(2): \(error.reason)",
      remedy:
        "allow bpf(2) in the seccomp filter or the security module around the service, such as with "
        + "--security-opt seccomp=unconfined in docker")
  }
}
