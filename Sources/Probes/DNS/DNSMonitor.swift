internal import Bytes
internal import DNS
internal import Diagnostics
internal import Identity
internal import Telemetry

/// Joins queries with their answers and tells of the lookups that they make.
///
/// Confined to the receiver's queue.
final class DNSMonitor {
  /// What the monitor could not do.
  struct Losses: Equatable {
    /// Answers to no query that is known.
    var unmatchedAnswers = 0
    /// Messages that are not as RFC 1035 has them.
    var unreadableMessages = 0
    /// Lookups that were given up as too many waited.
    var evictedLookups = 0
  }

  /// In one piece, so that a record's way through it is one access of this object.
  private var work: DNSWork

  /// A monitor that lets `capacity` lookups wait, and gives what it learns of addresses to `names`.
  init(_ config: DNSConfig, _ processes: ProcessTable, _ names: PeerNames, capacity: Int) {
    work = DNSWork(config, processes, names, capacity: capacity)
  }

  /// What could not be done since the start.
  var losses: Losses { work.losses }

  /// The number of lookups that wait.
  var pendingCount: Int { work.pendingCount }

  /// Takes one record; false where it is malformed.
  func take(_ record: Span<UInt8>, _ head: ProbeHead, _ output: inout ProbeOutput) -> Bool {
    work.take(record, head, &output)
  }

  /// Ends the lookups that have waited too long; `time` is in nanoseconds since boot.
  func expire(at time: UInt64, _ output: inout ProbeOutput) {
    work.expire(at: time, &output)
  }

  /// Writes the metrics.
  func writeMetrics(to metrics: inout MetricsWriter) {
    work.writeMetrics(to: &metrics)
  }
}
