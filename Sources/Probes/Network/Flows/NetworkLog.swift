internal import Bytes
internal import Identity
internal import Telemetry

/// Writes flows as log records of the event `network.flow`.
struct NetworkLog: ~Copyable {
  static let event: StaticString = "network.flow"

  private var text = ByteBuffer(minimumCapacity: 64)
  private var times = TimestampText()
  private let keys = NetworkKeys()
  private let head = RecordHead(event: event)
  private let errorHead = RecordHead(event: event, severity: .warn)
  /// The ends of flows seen lately: each has one place, and one that comes later takes it over.
  private var knownEnds: [KnownEnds] = Array(repeating: KnownEnds(), count: NetworkEnds.placeCount)
  /// The peers' processes told of lately: each has one place, and one that comes later takes it over.
  private var peers: [KnownPeer] = Array(repeating: KnownPeer(), count: 64)

  /// What is known of the other end beside its address.
  struct Peer {
    /// The name that was asked for, as DNS answers told it.
    var name: String?
    /// The process, where it is one of this machine's.
    var process: ProcessEntry?
    var resource: ProcessResource?
    /// What log records tell of it as an owner: another object where anything of it has changed.
    var attributes = AttributeBytes.none
  }

  private struct KnownEnds {
    var ends: NetworkEnds?
    /// Empty until they come a second time.
    var attributes = ByteSlice.empty
  }

  /// What is told of a peer's process, encoded.
  private struct KnownPeer {
    var source = ByteSlice.empty
    var resource: ProcessResource?
    var attributes = ByteSlice.empty
  }

  /// Writes a flow's record with the encoded attributes of its owner.
  mutating func write(
    _ flow: NetworkFlow, _ owner: AttributeBytes, _ peer: Peer, _ clock: BootClock,
    _ output: inout ProbeOutput
  ) {
    output.logs.open(
      flow.error != 0 ? errorHead : head, time: clock.unixNanoseconds(sinceBoot: flow.time),
      observed: output.observed)
    output.logs.attributes(owner.bytes.span, from: owner.field)
    writeEnds(flow, peer, &output.logs)
    writeAmounts(flow, &output.logs)
    if flow.isTCP { writeHealth(flow, &output.logs) }
    if flow.error != 0 {
      if let name = NetworkError.name(of: flow.error) {
        output.logs.attribute("error.type", name)
      } else {
        output.logs.attribute("error.type", NetworkError.text(of: flow.error).utf8Span.span)
      }
    }
    writePeer(peer, clock, &output.logs)
    output.logs.close()
  }

  private mutating func writeEnds(_ flow: NetworkFlow, _ peer: Peer, _ logs: inout LogsWriter) {
    let ends = NetworkEnds(flow, name: peer.name)
    let place = ends.place
    if knownEnds[place].ends == ends {
      // Encoded when it comes again: of many clients each may come once.
      if knownEnds[place].attributes.isEmpty {
        var bytes = ByteBuffer(minimumCapacity: 512)
        ends.append(to: &bytes, keys, &text)
        knownEnds[place].attributes = bytes.takeSlice()
      }
      let attributes = knownEnds[place].attributes
      logs.attributes(attributes.span)
    } else {
      knownEnds[place] = KnownEnds(ends: ends)
      logs.append { ends.append(to: &$0, keys, &text) }
    }
    let isServer = flow.role == .server
    logs.attribute(keys.sourcePort, Int64(isServer ? flow.remotePort : flow.localPort))
    if flow.role == .client || isServer {
      logs.attribute(keys.clientPort, Int64(isServer ? flow.remotePort : flow.localPort))
    } else {
      logs.attribute(keys.destinationPort, Int64(flow.remotePort))
    }
  }

  private mutating func writeAmounts(_ flow: NetworkFlow, _ logs: inout LogsWriter) {
    let id = HexadecimalPair(flow.cookie, flow.opened)
    logs.attribute(keys.id, utf8: id.bytes)
    logs.attribute(keys.state, flow.cause.name)
    logs.attribute(keys.duration, Double(flow.time - flow.opened) / 1e9)
    logs.attribute(keys.sent, Int64(flow.sent))
    logs.attribute(keys.received, Int64(flow.received))
    logs.attribute(keys.totalSent, Int64(flow.totalSent))
    logs.attribute(keys.totalReceived, Int64(flow.totalReceived))
    logs.attribute(keys.packetsSent, Int64(flow.packetsSent))
    logs.attribute(keys.packetsReceived, Int64(flow.packetsReceived))
    if flow.isOlder { logs.attribute("network.flow.older", true) }
    if flow.isOwnerGuessed { logs.attribute(keys.ownerGuessed, true) }
  }

  private func writeHealth(_ flow: NetworkFlow, _ logs: inout LogsWriter) {
    if let time = flow.connectTime { logs.attribute(keys.connectTime, seconds(time / 1000)) }
    if flow.roundTrip > 0 {
      logs.attribute(keys.roundTrip, seconds(UInt64(flow.roundTrip)))
      logs.attribute(keys.roundTripVariation, seconds(UInt64(flow.roundTripVariation)))
    }
    if flow.leastRoundTrip > 0 {
      logs.attribute(keys.leastRoundTrip, seconds(UInt64(flow.leastRoundTrip)))
    }
    logs.attribute(keys.retransmits, Int64(flow.totalRetransmits))
    if flow.lost > 0 { logs.attribute("tcp.lost", Int64(flow.lost)) }
    if flow.isResetReceived {
      logs.attribute("tcp.reset", "receive" as StaticString)
    } else if flow.isResetSent {
      logs.attribute("tcp.reset", "transmit" as StaticString)
    }
  }

  private func seconds(_ microseconds: UInt64) -> Double { Double(microseconds) / 1e6 }

  private mutating func writePeer(_ peer: Peer, _ clock: BootClock, _ logs: inout LogsWriter) {
    guard let process = peer.process else { return }
    let place = Int(process.key.pid) & (peers.count - 1)
    let source = peer.attributes.bytes
    // The slice that is kept keeps its address from being another's.
    let isKnown =
      unsafe !source.isEmpty && peers[place].source.baseAddress == source.baseAddress
      && peers[place].resource === peer.resource
    if !isKnown {
      peers[place] = KnownPeer(
        source: source, resource: peer.resource,
        attributes: encode(process, peer.resource, clock))
    }
    let attributes = peers[place].attributes
    logs.attributes(attributes.span)
  }

  private mutating func encode(
    _ process: ProcessEntry, _ resource: ProcessResource?, _ clock: BootClock
  ) -> ByteSlice {
    var bytes = ByteBuffer(minimumCapacity: 256)
    let field = LogsWriter.attributesField
    bytes.appendAttribute("peer.process.pid", Int64(process.key.pid), as: field)
    let created = times.text(clock.creationTime(of: process.key))
    bytes.appendAttribute("peer.process.creation.time", created, as: field)
    let name = process.executableName
    if !name.isEmpty {
      bytes.appendAttribute("peer.process.executable.name", name.span, as: field)
    }
    if let service = resource?.service {
      bytes.appendAttribute("peer.service.name", service.text.utf8Span.span, as: field)
    }
    if let container = resource?.containerID {
      bytes.appendAttribute("peer.container.id", container.utf8Span.span, as: field)
    }
    return bytes.takeSlice()
  }
}
