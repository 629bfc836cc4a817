internal import ArgumentParser
internal import Configuration
internal import Service

/// `swiftlet run`, which is also `swiftlet` alone: runs the collector until a signal.
struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Runs the collector until SIGTERM or SIGINT (the default).")

  @OptionGroup var options: ConfigOptions

  @Option(
    name: .long,
    help: "How long a stop may take to deliver what is held; a second signal stops at once.")
  var shutdownTimeout = "30s"

  func run() throws {
    guard let timeout = Duration(configurationText: shutdownTimeout), timeout >= .zero else {
      throw ValidationError(
        "--shutdown-timeout wants a duration such as 30s, not \(shutdownTimeout)")
    }
    let loaded = try options.load()
    guard let plan = loaded.plan else { throw ExitCode(1) }
    do {
      throw ExitCode(try CollectorRun(plan, shutdownTimeout: timeout).runUntilSignal())
    } catch let error as Collector.StartError {
      Terminal.write("\(error)", to: .error)
      throw ExitCode(1)
    }
  }
}
