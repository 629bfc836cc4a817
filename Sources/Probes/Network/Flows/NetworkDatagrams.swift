internal import CProbeEvents
internal import EBPF
internal import Identity

/// The UDP peers that have entries of their own in the kernel's map: told of when they become quiet, and from time to time.
///
/// An entry is removed only when nothing has passed for a while, so that no program adds to it meanwhile.
final class NetworkDatagrams {
  /// After so many nanoseconds without a datagram a flow is taken for ended.
  static let quietTime: UInt64 = 30_000_000_000

  private let map: BPFMap
  private let period: UInt64
  /// What earlier records told, by the socket and peer.
  private var told: [Key: Told] = [:]

  private struct Key: Hashable {
    var cookie: UInt64
    var remote: NetworkAddress
    var port: UInt32
  }

  private struct Told {
    var flow: network_flow
    var time: UInt64
  }

  /// The flows of this map, told of each `period` while they go on.
  init(_ map: BPFMap, _ period: Duration) {
    self.map = map
    let (seconds, attoseconds) = period.components
    self.period = UInt64(clamping: seconds &* 1_000_000_000 &+ attoseconds / 1_000_000_000)
  }

  /// Calls `body` with the flows that have ended or are due, or with all that have something new.
  func collect(all: Bool, _ body: (NetworkFlow) -> Void) throws(BPFError) {
    let now = BootClock.nanosecondsSinceBoot
    var ended: [network_peer] = []
    try map.forEach { keyBytes, value in
      guard let peer = keyBytes.load(network_peer.self), let flow = value.load(network_flow.self)
      else { return }
      let key = Key(
        cookie: peer.cookie, remote: NetworkAddress(words: (peer.remote.0, peer.remote.1)),
        port: peer.remote_port)
      let isQuiet = now > flow.head.time && now - flow.head.time > NetworkDatagrams.quietTime
      let last = told[key]
      let isDue = all || now &- (last?.time ?? flow.opened) >= period
      if isQuiet { ended.append(peer) }
      if isQuiet || isDue { tell(flow, key, last, isEnd: isQuiet || all, now, body) }
      if isQuiet { told[key] = nil }
    }
    for peer in ended { map.remove(peer) }
  }

  private func tell(
    _ current: network_flow, _ key: Key, _ last: Told?, isEnd: Bool, _ now: UInt64,
    _ body: (NetworkFlow) -> Void
  ) {
    var flow = current
    if let last {
      flow.sent_reported = last.flow.sent
      flow.received_reported = last.flow.received
      flow.sent_messages_reported = last.flow.sent_messages
      flow.received_messages_reported = last.flow.received_messages
      flow.records = last.flow.records + 1
    }
    let isNew =
      flow.sent_messages != flow.sent_messages_reported
      || flow.received_messages != flow.received_messages_reported
    guard isNew else { return }
    flow.cause = UInt8((isEnd ? NETWORK_ENDED : NETWORK_PERIODIC).rawValue)
    flow.head.type = UInt16(NETWORK_FLOW.rawValue)
    flow.head.size = UInt16(NetworkFlow.byteCount)
    told[key] = Told(flow: flow, time: now)
    if let flow = NetworkFlow(flow) { body(flow) }
  }
}
