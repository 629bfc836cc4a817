/// Writes every line to several sinks.
struct TeeLogSink: LogSink {
  /// The sinks, in the order of writing.
  let sinks: [any LogSink]

  var minimumLevel: LogLevel { sinks.map(\.minimumLevel).min() ?? .error }

  func write(_ entry: LogEntry) {
    for sink in sinks where entry.level >= sink.minimumLevel { sink.write(entry) }
  }
}
