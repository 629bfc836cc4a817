public import Diagnostics
internal import Synchronization

/// A log sink that keeps every line.
public final class RecordingLogSink: LogSink {
  private let kept = Mutex<[LogEntry]>([])

  /// The least important level that is kept.
  public let minimumLevel: LogLevel

  /// A sink without lines.
  public init(minimumLevel: LogLevel = .debug) {
    self.minimumLevel = minimumLevel
  }

  /// Keeps the line.
  public func write(_ entry: LogEntry) {
    kept.withLock { $0.append(entry) }
  }

  /// The lines so far.
  public var entries: [LogEntry] { kept.withLock { $0 } }

  /// The messages so far, those of `level` only where it is given.
  public func messages(_ level: LogLevel? = nil) -> [String] {
    entries.filter { level == nil || $0.level == level }.map(\.message)
  }
}

extension LogEntry {
  /// The value of the last field called `key`.
  public func value(_ key: String) -> LogValue? {
    fields.last { $0.key == key }?.value
  }
}
