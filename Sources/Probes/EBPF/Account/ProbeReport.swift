internal import Diagnostics

/// What of the kernel is told on this host, what is not, and what would turn it on.
struct ProbeReport {
  let states: [ProgramState]

  /// A report of these lines.
  init(_ states: [ProgramState]) {
    self.states = states
  }

  /// The report as one line for each capability: `process 5 of 5`.
  var summary: String {
    var names: [String] = []
    for state in states where !names.contains(state.capability) { names.append(state.capability) }
    return names.map { name in
      let own = states.filter { $0.capability == name }
      return "\(name) \(own.filter(\.isOn).count) of \(own.count)"
    }.joined(separator: ", ")
  }

  /// The obstacles, each once, with what they keep off.
  var obstacles: [(reason: String, remedy: String, duties: [String])] {
    var found: [(reason: String, remedy: String, duties: [String])] = []
    for state in states where !state.isOn {
      let duty = "\(state.capability)/\(state.duty)"
      if let index = found.firstIndex(where: { $0.reason == state.reason }) {
        found[index].duties.append(duty)
      } else {
        found.append((state.reason, state.remedy, [duty]))
      }
    }
    return found
  }

  /// Writes the report to the log, and a metric for each program.
  func tell(_ log: Log, _ metrics: MetricsScope) {
    for state in states {
      let scope = metrics.with("program", "\(state.capability)/\(state.duty)")
        .with("hook", state.hook).with("reason", state.reason)
      scope.gauge("swiftlet_ebpf_program_active").set(state.isOn ? 1 : 0)
    }
    if states.contains(where: \.isOn) {
      log.info("the kernel's programs run", ["programs": .string(summary)])
    }
    let obstacles = obstacles
    guard !obstacles.isEmpty else { return }
    log.warn(
      "the kernel tells less than is configured",
      [
        "off": .string(
          obstacles.map { "\(brief($0.duties)): \($0.reason)" }.joined(separator: "; ")),
        "remedy": .string(obstacles.map(\.remedy).filter { !$0.isEmpty }.joined(separator: "; ")),
      ])
  }

  /// Writes what the host keeps from being told of processes, where anything is told.
  func tell(_ shortfalls: [Obstacle], _ log: Log) {
    guard states.contains(where: \.isOn) else { return }
    for shortfall in shortfalls {
      log.warn(
        "/proc does not tell all of the processes that the kernel tells of",
        ["reason": .string(shortfall.reason), "remedy": .string(shortfall.remedy)])
    }
  }

  /// The duties for a line of the log: those of one capability by name while they are few, else how many.
  private func brief(_ duties: [String]) -> String {
    var names: [String] = []
    for state in states where !names.contains(state.capability) { names.append(state.capability) }
    return names.compactMap { name in
      let own = duties.filter { $0.hasPrefix("\(name)/") }
      guard own.count > 3 else { return own.isEmpty ? nil : own.joined(separator: " ") }
      return "\(name) \(own.count) of \(states.count { $0.capability == name })"
    }.joined(separator: ", ")
  }
}
