/// How important a line of the collector's own log is.
public enum LogLevel: String, Sendable, CaseIterable, Comparable {
  /// For following the collector's inner steps.
  case debug
  /// What a user wants to know in normal operation.
  case info
  /// Something is not as it should be; no accepted data is lost by it.
  case warn
  /// Data is lost or a component cannot work.
  case error

  /// Orders levels by importance.
  public static func < (left: LogLevel, right: LogLevel) -> Bool {
    left.rank < right.rank
  }

  private var rank: Int {
    switch self {
    case .debug: 0
    case .info: 1
    case .warn: 2
    case .error: 3
    }
  }
}
