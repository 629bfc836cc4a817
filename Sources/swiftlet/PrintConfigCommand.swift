internal import ArgumentParser
internal import Service

/// `swiftlet print-config`: shows the configuration after merging and expansion.
struct PrintConfigCommand: ParsableCommand {
  /// How the configuration is written.
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case yaml
    case json
  }

  /// Whether secrets are shown.
  enum Mode: String, ExpressibleByArgument, CaseIterable {
    case redacted
    case unredacted
  }

  static let configuration = CommandConfiguration(
    commandName: "print-config",
    abstract: "Prints the configuration as the collector sees it, secrets redacted.",
    aliases: ["print-initial-config"])

  @OptionGroup var options: ConfigOptions

  @Option(name: .long, help: "yaml or json.")
  var format = Format.yaml

  @Option(name: .long, help: "redacted or unredacted.")
  var mode = Mode.redacted

  @Flag(
    name: .long, help: "Accepted for the OpenTelemetry Collector's sake; the check is always done.")
  var validate = false

  func run() throws {
    let loaded = try options.load()
    Terminal.write(
      loaded.text(asJSON: format == .json, redacting: mode == .redacted), to: .output)
  }
}
