internal import ArgumentParser

/// `swiftlet validate`: checks a configuration without running it.
struct ValidateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate",
    abstract: "Checks the configuration; says nothing and exits with 0 when it is good.")

  @OptionGroup var options: ConfigOptions

  func run() throws {
    _ = try options.load()
  }
}
