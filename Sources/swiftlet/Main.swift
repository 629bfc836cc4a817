internal import ArgumentParser
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
      var command = try parseAsRoot()
      try command.run()
    } catch {
      let text = fullMessage(for: error)
      let code = exitCode(for: error)
      if !text.isEmpty { Terminal.write(text, to: code == .success ? .output : .error) }
      Glibc.exit(code == .validationFailure ? 2 : code.rawValue)
    }
  }
}
