internal import Identity

extension ProcessKey {
  /// The key of no process: none has this number.
  ///
  /// An optional key would take eight bytes more.
  static let nobody = ProcessKey(pid: 0, startTicks: 0)
}
