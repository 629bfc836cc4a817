internal import Bytes
internal import CProbeEvents
internal import EBPF
internal import Identity

/// A record of a flow or of a listening socket, checked.
struct NetworkFlow {
  /// Whether this machine's side asked or was asked.
  enum Role: UInt8 {
    case unknown
    case client
    case server
    case listening
  }

  /// Why the record was made.
  enum Cause: UInt8 {
    case ended = 1
    case failed
    case periodic
    case ownerChanged
    case existing
    case opened
    case closed

    /// The name in the output.
    var name: StaticString {
      switch self {
      case .ended: "ended"
      case .failed: "failed"
      case .periodic: "active"
      case .ownerChanged: "owner_changed"
      case .existing: "existing"
      case .opened: "opened"
      case .closed: "closed"
      }
    }
  }

  static let byteCount = MemoryLayout<network_flow>.size

  private let raw: network_flow

  // Inlined, as the next: a record is 256 bytes, and each call that hands one back copies them.
  /// Reads a record; nil where its parts do not agree with each other.
  @inline(__always)
  init?(_ record: Span<UInt8>) {
    guard record.count == NetworkFlow.byteCount, let place = InPlace<network_flow>(record),
      NetworkFlow.isSound(place.value)
    else { return nil }
    raw = place.value
  }

  /// Checks a record that was read from a map.
  @inline(__always)
  init?(_ raw: network_flow) {
    guard NetworkFlow.isSound(raw) else { return nil }
    self.raw = raw
  }

  @inline(__always)
  private static func isSound(_ raw: network_flow) -> Bool {
    guard Int(raw.head.size) == NetworkFlow.byteCount, let role = Role(rawValue: raw.role),
      let cause = Cause(rawValue: raw.cause), raw.protocol == 6 || raw.protocol == 17
    else { return false }
    switch UInt32(raw.head.type) {
    case NETWORK_FLOW.rawValue:
      guard role != .listening, cause != .opened, cause != .closed else { return false }
    case NETWORK_LISTENER.rawValue:
      guard role == .listening, cause == .opened || cause == .closed || cause == .existing else {
        return false
      }
    default: return false
    }
    return raw.sent_reported <= raw.sent && raw.received_reported <= raw.received
      && raw.sent <= Int64.max && raw.received <= Int64.max && raw.opened <= raw.head.time
  }

  // Both are among the known ones: the record was checked.
  var role: Role { Role(rawValue: raw.role) ?? .unknown }
  var cause: Cause {
    // A call takes longer than the comparison, and a record asks four times.
    @inline(__always)
    get { Cause(rawValue: raw.cause) ?? .ended }
  }
  var isListener: Bool { raw.role == Role.listening.rawValue }
  var isTCP: Bool { raw.protocol == 6 }
  var owner: ProcessKey { ProcessKey(pid: raw.head.pid, startNanoseconds: raw.head.start) }
  var controlGroup: UInt64 { raw.head.cgroup }
  var execSequence: UInt32 { raw.head.exec_seq }
  var user: UInt32 { raw.head.uid }
  /// The socket's number, never given again while the machine runs.
  var cookie: UInt64 { raw.cookie }
  /// When the record was made, in nanoseconds since boot.
  var time: UInt64 { raw.head.time }
  /// When connecting began or the first datagram passed.
  var opened: UInt64 { raw.opened }
  /// How long connecting took, in nanoseconds; nil where this side did not connect or nobody saw it.
  var connectTime: UInt64? {
    @inline(__always)
    get {
      guard isTCP, role == .client, !isOlder, raw.established > raw.opened else { return nil }
      return raw.established - raw.opened
    }
  }
  /// Bytes of the whole life.
  var totalSent: UInt64 { raw.sent }
  var totalReceived: UInt64 { raw.received }
  /// Bytes since the record before.
  var sent: UInt64 { raw.sent - raw.sent_reported }
  var received: UInt64 { raw.received - raw.received_reported }
  /// Segments or datagrams since the record before.
  var packetsSent: UInt64 {
    isTCP
      ? UInt64(raw.segments_sent &- raw.segments_sent_reported)
      : raw.sent_messages &- raw.sent_messages_reported
  }
  var packetsReceived: UInt64 {
    isTCP
      ? UInt64(raw.segments_received &- raw.segments_received_reported)
      : raw.received_messages &- raw.received_messages_reported
  }
  /// Segments sent again since the record before.
  var retransmits: UInt64 { UInt64(raw.retransmits &- raw.retransmits_reported) }
  var totalRetransmits: UInt32 { raw.retransmits }
  var lost: UInt32 { raw.lost }
  /// Microseconds; 0 where nothing was measured.
  var roundTrip: UInt32 { raw.rtt }
  var leastRoundTrip: UInt32 { raw.rtt_min }
  var roundTripVariation: UInt32 { raw.rtt_variation }
  var local: NetworkAddress { NetworkAddress(words: (raw.local.0, raw.local.1)) }
  var remote: NetworkAddress { NetworkAddress(words: (raw.remote.0, raw.remote.1)) }
  var localPort: UInt16 { raw.local_port }
  var remotePort: UInt16 { raw.remote_port }
  /// The port that stays the same: that of the side that asks is another one each time.
  var serverPort: UInt16 {
    switch role {
    case .client: remotePort
    case .server, .listening: localPort
    case .unknown: min(localPort, remotePort)
    }
  }
  /// The network namespace's inode.
  var namespace: UInt32 { raw.netns }
  /// Whether the socket is one of IPv4; one of IPv6 can have peers of both.
  var isIPv4Socket: Bool { raw.family == 2 }
  /// The error number of the first failure; 0: none.
  var error: UInt16 { raw.error }
  /// Whether no earlier record told of the flow.
  var isFirst: Bool { raw.records == 0 }
  /// Whether the socket is older than the programs.
  var isOlder: Bool { has(NETWORK_OLDER) }
  var isResetReceived: Bool { has(NETWORK_RESET_RECEIVED) }
  var isResetSent: Bool { has(NETWORK_RESET_SENT) }
  /// Whether nobody has sent or received yet: the owner is the listening socket's.
  var isOwnerGuessed: Bool { has(NETWORK_OWNER_GUESSED) }
  /// Connections that wait for being accepted.
  var backlog: UInt32 { raw.backlog }

  /// The image of the owner as far as the record tells it.
  var image: ProcessImage { image(of: .unknown) }

  /// The image of the owner, which is known to run `program`; the record tells its command's name.
  func image(of program: ProcessProgram) -> ProcessImage {
    let name = raw.name
    // The tuple's sixteen bytes are read while it lives.
    let command = unsafe withUnsafeBytes(of: name) { bytes in
      unsafe Array(bytes.prefix { $0 != 0 })
    }
    var image = ProcessImage(program.renamed(command.span))
    image.cgroupID = controlGroup
    image.user = user
    image.execSequence = execSequence
    return image
  }

  private func has(_ flag: network_flag) -> Bool { raw.flags & UInt8(flag.rawValue) != 0 }
}
