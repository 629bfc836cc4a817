internal import Bytes
internal import Identity

/// The series of all flows, bounded: what finds no room is counted in one series of its own.
///
/// A value, and the series too, so that adding to one looks at no object.
struct NetworkMetrics: ~Copyable {
  /// How long a series stays that nothing is added to, in nanoseconds.
  static let idleTime: UInt64 = 300_000_000_000

  /// Whose a flow is, and by which name its remote address was asked for.
  struct Parties {
    let owner: ProcessEntry
    let resource: ProcessResource
    let peerName: String?
  }

  let config: NetworkConfig
  private(set) var series: [NetworkSeries] = []
  private(set) var overflow: NetworkSeries?
  /// Flows' records counted in the series of those without room.
  private(set) var overflowCount = 0
  /// Where in `series` those of a key are.
  private var places: [NetworkSeries.Key: Int] = [:]
  /// Changes where series have other places than before; more than 0.
  private(set) var generation = 1
  /// When cumulative sums without a series of their own began, in nanoseconds since 1970.
  let start: UInt64

  init(_ config: NetworkConfig, start: UInt64) {
    self.config = config
    self.start = start
  }

  /// Adds a record of a flow whose series is at this place, as `add` has returned it in this generation.
  mutating func add(_ flow: NetworkFlow, to place: Int) {
    series[place].add(flow)
  }

  /// Adds a record of a flow between these parties; `observed` is in nanoseconds since 1970.
  ///
  /// Returns where the series is; nil where there was no room for one.
  @discardableResult
  mutating func add(_ flow: NetworkFlow, _ parties: Parties, observed: UInt64) -> Int? {
    guard let place = place(of: flow, parties, observed) else {
      overflowCount += 1
      var all =
        overflow ?? NetworkSeries(.init(), resource: nil, start: observed, now: flow.time)
      all.add(flow)
      overflow = all
      return nil
    }
    series[place].add(flow)
    return place
  }

  /// Where the flow's series is, which is made where there is room for it.
  private mutating func place(
    of flow: NetworkFlow, _ parties: Parties, _ observed: UInt64
  ) -> Int? {
    let key = key(of: flow, parties)
    if let known = places[key] { return known }
    guard series.count < config.seriesLimit else { return nil }
    places[key] = series.count
    series.append(
      NetworkSeries(key, resource: parties.resource, start: observed, now: flow.time))
    return series.count - 1
  }

  /// Forgets series that nothing was added to for long; to be called after they were written.
  mutating func expire(at now: UInt64) {
    guard now > NetworkMetrics.idleTime else { return }
    let oldest = now - NetworkMetrics.idleTime
    guard series.contains(where: { $0.lastUse < oldest }) else { return }
    series.removeAll { $0.lastUse < oldest }
    places.removeAll(keepingCapacity: true)
    for place in series.indices { places[series[place].key] = place }
    generation += 1
  }

  private func key(of flow: NetworkFlow, _ parties: Parties) -> NetworkSeries.Key {
    var key = NetworkSeries.Key()
    key.resource = ObjectIdentifier(parties.resource)
    key.executable = parties.owner.executableName.text
    if config.perProcess { key.pid = parties.owner.key.pid }
    switch config.peer {
    case .none: break
    case .address: key.peer = .address(flow.remote)
    case .name: key.peer = parties.peerName.map { .name($0) } ?? .address(flow.remote)
    }
    key.isTCP = flow.isTCP
    key.role = flow.role
    key.serverPort = flow.serverPort
    return key
  }
}
