/// How grave a log record is: OTLP's number and text.
public enum LogSeverity: UInt64, Sendable {
  case info = 9
  case warn = 13
  case error = 17

  /// The text beside the number.
  var text: StaticString {
    switch self {
    case .info: "INFO"
    case .warn: "WARN"
    case .error: "ERROR"
    }
  }
}
