internal import ArgumentParser
internal import Service

/// `swiftlet probes`: tells what the ebpf receiver can see on this host, and what would let it see more.
struct ProbesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "probes",
    abstract: "Tries what the ebpf receiver can see on this host and prints a table.",
    discussion: """
      Each program is loaded, attached and taken down again. With --config only what the configuration's \
      ebpf receivers ask for is tried, else everything.
      """)

  @OptionGroup var options: ConfigOptions

  func run() throws {
    let survey = ProbesListing(sources: options.config, overrides: options.set)
    for problem in survey.problems { Terminal.write("\(problem)", to: .error) }
    guard survey.problems.isEmpty else { throw ExitCode(1) }
    Terminal.write(survey.table, to: .output)
  }
}
