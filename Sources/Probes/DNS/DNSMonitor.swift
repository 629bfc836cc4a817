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

  /// What may be kept.
  struct Limits {
    /// The most lookups that wait.
    var lookupCount: Int
    /// The most bytes of names that are too long for a place of their own.
    var longByteCount: Int
  }

  /// In one piece, so that a record's way through it is one access of this object.
  private var work: DNSWork

  /// A monitor that keeps to `limits`, and gives what it learns of addresses to `names`, where somebody asks for them.
  init(_ config: DNSConfig, _ processes: ProcessTable, _ names: PeerNames?, _ limits: Limits) {
    work = DNSWork(config, processes, names, limits)
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
