internal import Diagnostics
internal import Identity

/// What a capability gets for its life.
///
/// An object, so that who holds it does not hold each of its parts anew for every record.
final class ProbeContext {
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

  init(
    clock: BootClock, log: Log, metrics: MetricsScope, limits: ProbeLimits,
    processes: ProcessTable, names: PeerNames
  ) {
    self.clock = clock
    self.log = log
    self.metrics = metrics
    self.limits = limits
    self.processes = processes
    self.names = names
  }
}
