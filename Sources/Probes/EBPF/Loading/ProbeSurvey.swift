public import Configuration

/// Tries what of the kernel could be told on this host, for the command `swiftlet probes`.
public enum ProbeSurvey {
  /// Loads and attaches every program of the capabilities in the sections, and takes them all down again.
  ///
  /// Without sections, of all capabilities with all that they can tell. Blocks for a second or so.
  public static func run(_ sections: [ConfigSection]) -> [ProgramState] {
    let sections = sections.isEmpty ? [everything] : sections
    // All at once, as they would run: what one takes of the process the next does not get.
    let loadings = sections.map { section in
      let config = EBPFReceiverConfig(from: section)
      return ProbeLoading(
        config.capabilities.map { $0() }, .read(), memoryLimit: config.memoryLimit)
    }
    return withExtendedLifetime(loadings) { loadings.flatMap(\.states) }
  }

  /// The states as a table for a terminal, and what would turn on what is off.
  public static func table(_ states: [ProgramState]) -> String {
    var rows = [["CAPABILITY", "DUTY", "HOOK", "STATE"]]
    for state in states {
      rows.append([
        state.capability, state.duty, state.hook, state.isOn ? "on" : "off: \(state.reason)",
      ])
    }
    let widths = (0..<3).map { column in rows.map { $0[column].utf8.count }.max() ?? 0 }
    var text = ""
    for row in rows {
      for (column, width) in widths.enumerated() {
        let cell = row[column]
        text += cell + String(repeating: " ", count: width - cell.utf8.count + 2)
      }
      text += row[3] + "\n"
    }
    let obstacles = ProbeReport(states).obstacles.filter { !$0.remedy.isEmpty }
    if !obstacles.isEmpty { text += "\nTo turn on what is off:\n" }
    for obstacle in obstacles { text += "  \(obstacle.reason): \(obstacle.remedy)\n" }
    return text
  }

  /// A section with every capability.
  private static var everything: ConfigSection {
    let place = ConfigLocation(source: "", line: 1, column: 1)
    let fork = ConfigNode.Entry(
      key: "fork", keyLocation: place, value: ConfigNode(.bool(true, text: "true"), at: place))
    let entries = CapabilityFactory.all.map {
      // Births are told only where somebody asks for them.
      let options = $0.name == "process" ? [fork] : []
      return ConfigNode.Entry(
        key: $0.name, keyLocation: place, value: ConfigNode(.mapping(options), at: place))
    }
    return ConfigSection(
      ConfigNode(.mapping(entries), at: place), path: "receivers::ebpf", problems: ConfigProblems())
  }
}
