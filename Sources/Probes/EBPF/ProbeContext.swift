internal import Diagnostics
internal import Identity

/// What a capability gets for its life.
struct ProbeContext {
  /// From moments since boot to the world's time.
  let clock: BootClock
  /// The receiver's log.
  let log: Log
  /// The receiver's own metrics, labelled with the capability.
  let metrics: MetricsScope
  /// The capability's share of the memory.
  let limits: ProbeLimits
  /// The processes of this host, shared by all capabilities.
  let processes: ProcessTable
  /// The names of addresses as DNS answers told them: dns adds, network asks.
  let names: PeerNames
}
