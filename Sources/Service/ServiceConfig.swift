internal import Components
internal import Configuration
public import Diagnostics
internal import Pipelines

/// The `service` section but for its pipelines: what concerns the collector as a whole.
public struct ServiceConfig: Sendable {
  /// The least important own log lines that are written.
  public var logLevel = LogLevel.info
  /// How own log lines look.
  public var logEncoding = LogEncoding.console
  /// Where own log lines go: `stderr`, `stdout` or files.
  public var logOutputPaths = ["stderr"]
  /// How repeated own log lines are thinned out; nil writes all of them.
  public var logSampling: LogSampling? = LogSampling()
  /// The number of shards; nil is one for every four processors.
  public var shardCount: Int?
  /// The most bytes that batches may hold at a time; nil is a part of the machine's memory.
  public var memoryLimit: Int?
  /// Where own log lines go as OTLP.
  var logProcessors: [OwnLogsConfig] = []
  /// How own metrics are shown.
  var metrics = OwnMetricsConfig()
  /// Who the collector is, in its own telemetry.
  var resource = OwnResource()

  /// Reads all of the section that is not the pipelines.
  init(from section: ConfigSection) {
    let shards = section.int("shards", default: 0, in: 0...256)
    shardCount = shards > 0 ? shards : nil
    let limit = section.byteSize("memory_limit", default: 0)
    memoryLimit = limit > 0 ? limit : nil
    if let telemetry = section.section("telemetry") { readTelemetry(telemetry) }
  }

  private mutating func readTelemetry(_ section: ConfigSection) {
    if let logs = section.section("logs") {
      logLevel = ServiceConfig.level(logs)
      logEncoding = logs.choice("encoding", default: .console)
      logOutputPaths = logs.names("output_paths") ?? ["stderr"]
      // Read for what they mean to the reference collector; they change nothing here.
      for key in [
        "error_output_paths", "development", "disable_caller", "disable_stacktrace",
        "initial_fields",
      ] {
        _ = logs.node(key)
      }
      logProcessors = (logs.sections("processors") ?? []).compactMap(OwnLogsConfig.init)
      if let sampling = logs.section("sampling") { logSampling = read(sampling) }
      logs.finish()
    }
    if let metrics = section.section("metrics") { self.metrics = OwnMetricsConfig(from: metrics) }
    if let resource = section.section("resource") { self.resource.read(resource) }
    // Own traces: there are none.
    for key in ["traces", "propagators"] { _ = section.node(key) }
    section.finish()
  }

  /// The level; names that the reference collector has beside these stand for the nearest.
  private static func level(_ logs: ConfigSection) -> LogLevel {
    switch logs.string("level")?.lowercased() {
    case "": .info
    case "warning": .warn
    case "dpanic", "panic", "fatal": .error
    default: logs.choice("level", default: .info, ignoringCase: true)
    }
  }

  private func read(_ section: ConfigSection) -> LogSampling? {
    defer { section.finish() }
    let isEnabled = section.bool("enabled", default: true)
    let sampling = LogSampling(
      tick: section.duration("tick", default: .seconds(10)),
      initial: section.int("initial", default: 10),
      thereafter: section.int("thereafter", default: 100))
    return isEnabled ? sampling : nil
  }
}

extension ServiceConfig {
  /// Opens the outputs of the collector's own log.
  ///
  /// - Throws: the output that cannot be opened, and why
  func openLog() throws(LogOutput.OpenError) -> StreamLogSink {
    try StreamLogSink(
      paths: logOutputPaths, minimumLevel: logLevel, encoding: logEncoding, sampling: logSampling)
  }
}
