internal import Identity

/// What one program and one peer have exchanged since the series began.
struct NetworkSeries {
  /// What tells series apart.
  struct Key: Hashable {
    /// The owner's resource; nil in the series of all that found no room.
    var resource: ObjectIdentifier?
    var executable = ""
    var pid: UInt32 = 0
    var peer = Peer.none
    var serverPort: UInt16 = 0
    var isTCP = true
    var role = NetworkFlow.Role.unknown
  }

  /// The other end as metrics name it.
  enum Peer: Hashable {
    case none
    case address(NetworkAddress)
    case name(String)
  }

  let key: Key
  /// Kept, so that its identifier stays its own.
  let resource: ProcessResource?
  /// When the series began, in nanoseconds since 1970.
  let start: UInt64
  /// When it was last added to, in nanoseconds since boot.
  var lastUse: UInt64
  var sent: UInt64 = 0
  var received: UInt64 = 0
  var packetsSent: UInt64 = 0
  var packetsReceived: UInt64 = 0
  var retransmits: UInt64 = 0
  var connects: UInt64 = 0
  /// How many connections did not come about, by error number.
  var failures: [(error: UInt16, count: UInt64)] = []
  var connectTimes = NetworkHistogram(.connecting)
  var roundTrips = NetworkHistogram(.roundTrip)

  init(_ key: Key, resource: ProcessResource?, start: UInt64, now: UInt64) {
    self.key = key
    self.resource = resource
    self.start = start
    lastUse = now
  }

  /// Adds what has come to pass since the flow's record before.
  mutating func add(_ flow: NetworkFlow) {
    lastUse = max(lastUse, flow.time)
    sent &+= flow.sent
    received &+= flow.received
    packetsSent &+= flow.packetsSent
    packetsReceived &+= flow.packetsReceived
    retransmits &+= flow.retransmits
    guard flow.isTCP else { return }
    if flow.cause == .failed {
      addFailure(flow.error)
    } else if flow.role == .client, flow.isFirst, !flow.isOlder {
      connects &+= 1
      if let time = flow.connectTime { connectTimes.add(nanoseconds: time) }
    }
    if flow.roundTrip > 0, flow.cause != .ownerChanged {
      roundTrips.add(nanoseconds: UInt64(flow.roundTrip) * 1000)
    }
  }

  private mutating func addFailure(_ error: UInt16) {
    if let index = failures.firstIndex(where: { $0.error == error }) {
      failures[index].count &+= 1
    } else {
      // There are not more errors than numbers that a kernel gives to a connection that fails, a dozen.
      failures.append((error, 1))
    }
  }
}
