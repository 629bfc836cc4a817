extension LogsWriter {
  /// Stands for the resource and the scope that records belong to now: never the same again after others; 0 where there are none.
  ///
  /// Whoever keeps it need not `select` the same again as long as it stays.
  public var selection: Int { frame.selection }
}
