internal import ArgumentParser
internal import Service

/// The options that say which configuration is meant.
struct ConfigOptions: ParsableArguments {
  @Option(
    name: .long,
    help: """
      Where the configuration is: a path, file:PATH, env:VARIABLE or yaml:TEXT. Repeat to merge, \
      later ones win.
      """)
  var config: [String] = []

  @Option(
    name: .long, help: "A value that overrides all files, such as processors.batch.timeout=2s.")
  var set: [String] = []

  @Option(
    name: .long,
    help: "Accepted for the OpenTelemetry Collector's sake; this build has no feature gates.")
  var featureGates: [String] = []

  /// Loads and checks the configuration; prints what is wrong and ends the command.
  func load() throws -> LoadedConfiguration {
    guard !config.isEmpty else {
      throw ValidationError("at least one --config is needed, such as --config config.yaml")
    }
    let loaded = LoadedConfiguration(sources: config, overrides: set)
    for warning in loaded.warnings { Terminal.write("warning: \(warning)", to: .error) }
    guard loaded.problems.isEmpty else {
      for problem in loaded.problems { Terminal.write("\(problem)", to: .error) }
      throw ExitCode(1)
    }
    return loaded
  }
}
