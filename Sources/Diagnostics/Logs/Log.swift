/// The collector's own log as one component sees it: each line carries the component's fields.
///
/// Never pass payloads or secrets.
public struct Log: Sendable {
  let sink: any LogSink
  let scope: [(key: String, value: LogValue)]

  /// A log that writes to `sink` with `fields` on every line.
  public init(_ sink: any LogSink, _ fields: KeyValuePairs<String, LogValue> = [:]) {
    self.sink = sink
    scope = fields.map { ($0.key, $0.value) }
  }

  init(sink: any LogSink, scope: [(key: String, value: LogValue)]) {
    self.sink = sink
    self.scope = scope
  }

  /// A log that throws its lines away.
  public static let discarding = Log(DiscardingSink())

  /// This log with more fields on every line.
  public func with(_ fields: KeyValuePairs<String, LogValue>) -> Log {
    Log(sink: sink, scope: scope + fields.map { ($0.key, $0.value) })
  }

  /// Writes a line for following the collector's inner steps.
  public func debug(
    _ message: @autoclosure () -> String,
    _ fields: @autoclosure () -> KeyValuePairs<String, LogValue> = [:]
  ) {
    write(.debug, message, fields)
  }

  /// Writes a line that a user wants to see in normal operation.
  public func info(
    _ message: @autoclosure () -> String,
    _ fields: @autoclosure () -> KeyValuePairs<String, LogValue> = [:]
  ) {
    write(.info, message, fields)
  }

  /// Writes a line about something that is not as it should be.
  public func warn(
    _ message: @autoclosure () -> String,
    _ fields: @autoclosure () -> KeyValuePairs<String, LogValue> = [:]
  ) {
    write(.warn, message, fields)
  }

  /// Writes a line about lost data or a component that cannot work.
  public func error(
    _ message: @autoclosure () -> String,
    _ fields: @autoclosure () -> KeyValuePairs<String, LogValue> = [:]
  ) {
    write(.error, message, fields)
  }

  private func write(
    _ level: LogLevel, _ message: () -> String, _ fields: () -> KeyValuePairs<String, LogValue>
  ) {
    guard level >= sink.minimumLevel else { return }
    sink.write(
      LogEntry(
        level: level, message: message(),
        fields: scope + fields().map { ($0.key, $0.value) }))
  }
}

private struct DiscardingSink: LogSink {
  var minimumLevel: LogLevel { .error }
  func write(_ entry: LogEntry) {}
}
