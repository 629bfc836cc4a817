internal import Synchronization

/// Writes log lines to descriptors, repeated ones thinned out.
///
/// Any thread may write; lines never interleave. A caller waits for the lines of others and for at
/// most 10 ms for each full pipe. What sampling left out is told in a line of its own when the tick
/// has ended and the next line is written, or by `flush`.
public final class StreamLogSink: LogSink {
  /// The least important level that is written.
  public let minimumLevel: LogLevel
  private let encoding: LogEncoding
  private let outputs: [LogOutput]
  private let now: @Sendable () -> WallTime
  private let sampler: Mutex<LogSampler?>

  /// A sink to `outputs`.
  ///
  /// Without `sampling` every line is written; `now` gives the time of lines.
  public init(
    to outputs: [LogOutput] = [LogOutput(descriptor: 2)], minimumLevel: LogLevel = .info,
    encoding: LogEncoding = .console, sampling: LogSampling? = LogSampling(),
    now: @escaping @Sendable () -> WallTime = { WallTime.now() }
  ) {
    self.outputs = outputs
    self.minimumLevel = minimumLevel
    self.encoding = encoding
    self.now = now
    sampler = Mutex(sampling.map(LogSampler.init))
  }

  /// The lines dropped because nobody read them.
  public var dropped: Int { outputs.reduce(0) { $0 + $1.dropped.value } }

  /// Writes the line unless too many like it were written in this tick.
  public func write(_ entry: LogEntry) {
    guard entry.level >= minimumLevel else { return }
    let time = now()
    // The lock is held while writing so that lines keep their order and never interleave.
    sampler.withLock { sampler in
      let kind = LogSampler.Kind(level: entry.level, message: entry.message)
      for (kind, leftOut) in sampler?.ended(at: time) ?? [] { tell(kind, leftOut, time) }
      if sampler?.decide(kind, at: time) == .leaveOut { return }
      put(entry, time)
    }
  }

  /// Writes what sampling has left out so far; call it before the process ends.
  public func flush() {
    let time = now()
    sampler.withLock { sampler in
      for (kind, leftOut) in sampler?.flush() ?? [] { tell(kind, leftOut, time) }
    }
  }

  private func tell(_ kind: LogSampler.Kind, _ leftOut: Int, _ time: WallTime) {
    put(
      LogEntry(
        level: kind.level, message: "repeated lines were left out",
        fields: [("message", .string(kind.message)), ("count", .int(leftOut))]),
      time)
  }

  private func put(_ entry: LogEntry, _ time: WallTime) {
    for output in outputs {
      let colored = encoding == .console && output.isTerminal
      output.write(LogLine(entry, at: time, as: encoding, colored: colored).bytes)
    }
  }
}

extension StreamLogSink {
  /// A sink to the outputs named `stdout`, `stderr` or by paths.
  public convenience init(
    paths: [String], minimumLevel: LogLevel = .info, encoding: LogEncoding = .console,
    sampling: LogSampling? = LogSampling()
  ) throws(LogOutput.OpenError) {
    var outputs: [LogOutput] = []
    for path in paths { outputs.append(try LogOutput(path: path)) }
    self.init(
      to: outputs, minimumLevel: minimumLevel, encoding: encoding, sampling: sampling)
  }
}
