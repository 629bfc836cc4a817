/// One line of the collector's own log.
public struct LogEntry: Sendable {
  /// The importance.
  public let level: LogLevel
  /// What happened, in a sentence without values.
  public let message: String
  /// The fields of the log that wrote the line, then those of the line.
  public let fields: [(key: String, value: LogValue)]

  /// A line of these parts.
  public init(level: LogLevel, message: String, fields: [(key: String, value: LogValue)]) {
    self.level = level
    self.message = message
    self.fields = fields
  }
}
