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

  @Option(
    name: .long,
    help:
      "Where the configuration is: a path, file:PATH, env:VARIABLE or yaml:TEXT. Repeat to merge.")
  var config: [String] = []

  @Option(
    name: .long, help: "A value that overrides all files, such as receivers.ebpf.dns.enabled=false."
  )
  var set: [String] = []

  func run() throws {
    let survey = ProbesListing(sources: config, overrides: set)
    for problem in survey.problems { Terminal.write("\(problem)", to: .error) }
    guard survey.problems.isEmpty else { throw ExitCode(1) }
    Terminal.write(survey.table, to: .output)
  }
}
