internal import Components
internal import Diagnostics
internal import Dispatch
internal import Queues
internal import Telemetry

/// Edits attributes as a list of actions says; counts and logs the values that cannot be converted.
final class ActionEditor: Editor {
  private final class LogTimes {
    var byKey: [String: MonotonicTime] = [:]
  }

  /// How often a failed conversion is logged at most, for each attribute.
  private static let logInterval = Duration.seconds(10)

  let program: RewriteProgram
  private let log: Log
  private let failedConversions: Counter
  /// When a failure of each attribute was logged; the attributes are those of the configuration.
  private let logged: ShardBound<LogTimes>

  /// An editor that runs `program` and counts as `type` in its metrics.
  init(_ program: RewriteProgram, type: String, _ settings: ComponentSettings) {
    self.program = program
    log = settings.log
    logged = ShardBound(LogTimes(), to: settings.shards.next())
    failedConversions = settings.metrics.counter("otelcol_processor_\(type)_failed_conversions")
  }

  var reach: RewriteReach { program.reach }

  func start(_ host: any Host) throws(ComponentError) {}

  func stop(by deadline: DispatchTime, _ done: @escaping @Sendable () -> Void) {
    done()
  }

  func note(_ failures: [RewriteFailure]) {
    logged.shard.run { [self] in
      for failure in failures { report(failure) }
    }
  }

  private func report(_ failure: RewriteFailure) {
    failedConversions.add(failure.count)
    let now = logged.shard.now
    let times = logged.value
    if let last = times.byKey[failure.key], now - last < ActionEditor.logInterval { return }
    times.byKey[failure.key] = now
    log.warn(
      "values could not be converted and stay as they were",
      [
        "key": .string(failure.key), "converted_type": .string(failure.type.rawValue),
        "values": .int(failure.count),
      ])
  }
}
