extension SendingQueueConfig {
  /// The size of the queue in words, for plans.
  var outline: String {
    guard isEnabled else { return "no queue" }
    guard sizer == .bytes else { return "queue of \(queueSize) \(sizer)" }
    let steps = [(30, "GiB"), (20, "MiB"), (10, "KiB")]
    for (shift, unit) in steps where queueSize >= 1 << shift && queueSize % (1 << shift) == 0 {
      return "queue of \(queueSize >> shift) \(unit)"
    }
    return "queue of \(queueSize) bytes"
  }
}
