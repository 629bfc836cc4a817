internal import ArgumentParser
internal import Configuration
internal import Glibc
internal import Service

/// The command `swiftlet`.
@main
struct Swiftlet: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "swiftlet",
    abstract: "Receives, processes and delivers OpenTelemetry telemetry.",
    discussion: """
      Exit codes: 0 after an orderly stop, 1 when the configuration is unusable, a component fails or \
      telemetry is lost at the stop, 2 when the arguments are wrong.
      """,
    version: "swiftlet \(Version.number)",
    subcommands: [
      RunCommand.self, ValidateCommand.self, ComponentsCommand.self, PrintConfigCommand.self,
      ProbesCommand.self,
    ],
    defaultSubcommand: RunCommand.self)

  static func main() {
    do {
      try checkCommand(CommandLine.arguments.dropFirst().first ?? "")
      var command = try parseAsRoot()
      try command.run()
    } catch {
      let text = fullMessage(for: error)
      let code = exitCode(for: error)
      if !text.isEmpty { Terminal.write(text, to: code == .success ? .output : .error) }
      Glibc.exit(code == .validationFailure ? 2 : code.rawValue)
    }
  }

  /// Refuses a first word that is no command: the parser would take it for an argument of `run`.
  private static func checkCommand(_ word: String) throws {
    let known = configuration.subcommands.map { $0.configuration }
    let names = known.compactMap { $0.commandName } + ["help"]
    let isKnown = names.contains(word) || known.contains { $0.aliases.contains(word) }
    guard !word.isEmpty, !word.hasPrefix("-"), !isKnown else { return }
    let advice =
      word.contains(".") || word.contains("/")
      ? "; a configuration is named as in --config \(word)" : Spelling.hint(for: word, among: names)
    throw ValidationError("there is no command \"\(word)\"\(advice)")
  }
}
