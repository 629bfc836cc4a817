/// How a line of the collector's own log is written.
public enum LogEncoding: String, Sendable, CaseIterable {
  /// Time, level, message and `key=value` pairs, for people.
  case console
  /// One JSON object a line with `level`, `ts`, `msg` and the fields, for programs.
  case json
}
