internal import Bytes
internal import Identity

/// The series of all flows, bounded: what finds no room is counted in one series of its own.
final class NetworkMetrics {
  /// How long a series stays that nothing is added to, in nanoseconds.
  static let idleTime: UInt64 = 300_000_000_000

  let config: NetworkConfig
  private(set) var series: [NetworkSeries.Key: NetworkSeries] = [:]
  private(set) var overflow: NetworkSeries?
  /// Flows' records counted in the series of those without room.
  private(set) var overflowCount = 0
  /// Where the series of flows seen lately are, without the texts of their keys.
  private var shortcuts = Array(repeating: NetworkShortcut.none, count: NetworkShortcut.placeCount)
  private var shortcutSeries: [NetworkSeries?] = Array(
    repeating: nil, count: NetworkShortcut.placeCount)
  /// When cumulative sums without a series of their own began, in nanoseconds since 1970.
  let start: UInt64

  init(_ config: NetworkConfig, start: UInt64) {
    self.config = config
    self.start = start
  }

  /// Adds a record of a flow whose owner is `entry`; `observed` is in nanoseconds since 1970.
  func add(
    _ flow: NetworkFlow, of entry: ProcessEntry, _ resource: ProcessResource, peerName: String?,
    observed: UInt64
  ) {
    let shortcut = NetworkShortcut(flow, entry, resource, peerName)
    let place = shortcut.place
    if shortcuts[place] == shortcut, let known = shortcutSeries[place] { return known.add(flow) }
    let key = key(of: flow, entry, resource, peerName)
    if let known = series[key] {
      shortcuts[place] = shortcut
      shortcutSeries[place] = known
      return known.add(flow)
    }
    guard series.count < config.seriesLimit else {
      overflowCount += 1
      let all =
        overflow
        ?? NetworkSeries(.init(), resource: nil, start: observed, now: flow.time)
      overflow = all
      return all.add(flow)
    }
    let new = NetworkSeries(key, resource: resource, start: observed, now: flow.time)
    series[key] = new
    shortcuts[place] = shortcut
    shortcutSeries[place] = new
    new.add(flow)
  }

  /// Forgets series that nothing was added to for long; to be called after they were written.
  func expire(at now: UInt64) {
    guard now > NetworkMetrics.idleTime else { return }
    let oldest = now - NetworkMetrics.idleTime
    series = series.filter { $0.value.lastUse >= oldest }
    for index in shortcuts.indices {
      shortcuts[index] = .none
      shortcutSeries[index] = nil
    }
  }

  private func key(
    of flow: NetworkFlow, _ entry: ProcessEntry, _ resource: ProcessResource, _ peerName: String?
  ) -> NetworkSeries.Key {
    var key = NetworkSeries.Key()
    key.resource = ObjectIdentifier(resource)
    key.executable = entry.executableName.text
    if config.perProcess { key.pid = entry.key.pid }
    switch config.peer {
    case .none: break
    case .address: key.peer = .address(flow.remote)
    case .name: key.peer = peerName.map { .name($0) } ?? .address(flow.remote)
    }
    key.isTCP = flow.isTCP
    key.role = flow.role
    key.serverPort = flow.serverPort
    return key
  }
}
