internal import Configuration

/// The options of the section `process`.
struct ProcessConfig: ConfigDecodable {
  /// The most bytes of arguments that a record can have.
  static let argumentsLimitRange = 0...4096

  /// New images are told of.
  var exec = true
  /// Ends are told of.
  var exit = true
  /// Births are told of; without it they cost nothing.
  var fork = false
  /// The processes that are there at the start are told of.
  var snapshot = true
  /// Arguments are told, which can hold secrets.
  var arguments = true
  /// The bytes of arguments from which on they are cut off.
  var argumentsLimit = 512
  /// The working directory is told where it is certain.
  var workingDirectory = true
  /// The most ancestors that an image's record lists.
  var ancestors = 8
  /// Executions and ends are counted in metrics.
  var metrics = true
  /// Which processes are told of.
  var filter = ProcessFilter()

  /// The defaults.
  init() {}

  /// Reads the options from the section.
  init(from section: ConfigSection) {
    exec = section.bool("exec", default: exec)
    exit = section.bool("exit", default: exit)
    fork = section.bool("fork", default: fork)
    snapshot = section.bool("snapshot", default: snapshot)
    arguments = section.bool("arguments", default: arguments)
    argumentsLimit = section.byteSize(
      "arguments_limit", default: argumentsLimit, in: ProcessConfig.argumentsLimitRange)
    workingDirectory = section.bool("working_directory", default: workingDirectory)
    ancestors = section.int("ancestors", default: ancestors, in: 0...16)
    metrics = section.bool("metrics", default: metrics)
    filter = ProcessFilter(from: section)
    section.finish()
  }

  /// What the writer of records needs of the options.
  var writing: ProcessEventWriter.Settings {
    var settings = ProcessEventWriter.Settings()
    settings.hasArguments = arguments
    settings.ancestorLimit = ancestors
    return settings
  }
}
