extension Log {
  /// This log writing to `sinks` besides.
  public func writing(to sinks: [any LogSink]) -> Log {
    Log(sink: TeeLogSink(sinks: [sink] + sinks), scope: scope)
  }
}
