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

  @Flag(
    name: .long,
    help: """
      Prints the pipelines as they will run instead: which processors share a pass, how far into a \
      batch it goes, and the sizes of queues.
      """)
  var plan = false

  func run() throws {
    let loaded = try options.load()
    if plan { return try printPlan(of: loaded) }
    Terminal.write(
      loaded.text(asJSON: format == .json, redacting: mode == .redacted), to: .output)
  }

  private func printPlan(of loaded: LoadedConfiguration) throws {
    guard let plan = loaded.plan else { throw ExitCode(1) }
    do {
      Terminal.write(try plan.outline(), to: .output)
    } catch {
      Terminal.write("\(error)", to: .error)
      throw ExitCode(1)
    }
  }
}
