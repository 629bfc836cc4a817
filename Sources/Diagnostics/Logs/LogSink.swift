/// Where the collector's own log lines go.
public protocol LogSink: Sendable {
  /// The least important level that is written.
  var minimumLevel: LogLevel { get }

  /// Writes one line; called from any thread, never blocks for long.
  func write(_ entry: LogEntry)
}
