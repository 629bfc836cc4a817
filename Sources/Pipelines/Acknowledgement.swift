/// When a sender hears that its telemetry has arrived.
public enum Acknowledgement: String, Sendable, CaseIterable {
  /// Once the batch is admitted and counted against the memory budget.
  case accepted
  /// Once every exporter of the pipeline has confirmed.
  case delivered
}
