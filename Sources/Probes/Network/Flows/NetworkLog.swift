internal import Bytes
internal import Identity
internal import Telemetry

/// Writes flows as log records of the event `network.flow`.
struct NetworkLog: ~Copyable {
  static let event: StaticString = "network.flow"
  /// The most bytes of a record's attributes beside those of its owner, its ends and its peer: at most 22, with keys of 27
  /// bytes, one text of 33 bytes and three shorter ones.
  private static let fixedByteLimit = 22 * (RecordPen.overhead + 27) + 4 * 33

  private var text = ByteBuffer(minimumCapacity: 64)
  private var times = TimestampText()
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
    let ends = NetworkEnds(flow, name: peer.name)
    let known = peerAttributes(peer, clock)
    output.logs.write(atMost: NetworkLog.fixedByteLimit + ends.byteLimit + known.count) { pen in
      writeEnds(flow, ends, to: &pen)
      writeAmounts(flow, to: &pen)
      if flow.isTCP { writeHealth(flow, to: &pen) }
      if flow.error != 0 { writeError(flow.error, to: &pen) }
      pen.put(known.span)
    }
    output.logs.close()
  }

  private mutating func writeEnds(
    _ flow: NetworkFlow, _ ends: NetworkEnds, to pen: inout RecordPen
  ) {
    let place = ends.place
    if knownEnds[place].ends == ends {
      // Encoded when it comes again: of many clients each may come once.
      if knownEnds[place].attributes.isEmpty {
        var bytes = ByteBuffer()
        bytes.write(atMost: ends.byteLimit) { ends.write(to: &$0, &text) }
        knownEnds[place].attributes = bytes.takeSlice()
      }
      let attributes = knownEnds[place].attributes
      pen.put(attributes.span)
    } else {
      knownEnds[place] = KnownEnds(ends: ends)
      ends.write(to: &pen, &text)
    }
    let isServer = flow.role == .server
    let port = Int64(isServer ? flow.remotePort : flow.localPort)
    pen.attribute("source.port", port)
    if flow.role == .client || isServer {
      pen.attribute("client.port", port)
    } else {
      pen.attribute("destination.port", Int64(flow.remotePort))
    }
  }

  private func writeAmounts(_ flow: NetworkFlow, to pen: inout RecordPen) {
    let id = HexadecimalPair(flow.cookie, flow.opened)
    pen.attribute("network.flow.id", utf8: id.bytes)
    pen.attribute("network.flow.state", flow.cause.name)
    pen.attribute("network.flow.duration", Double(flow.time - flow.opened) / 1e9)
    pen.attribute("network.io.transmit", Int64(flow.sent))
    pen.attribute("network.io.receive", Int64(flow.received))
    pen.attribute("network.flow.total.transmit", Int64(flow.totalSent))
    pen.attribute("network.flow.total.receive", Int64(flow.totalReceived))
    pen.attribute("network.packets.transmit", Int64(flow.packetsSent))
    pen.attribute("network.packets.receive", Int64(flow.packetsReceived))
    if flow.isOlder { pen.attribute("network.flow.older", true) }
    if flow.isOwnerGuessed { pen.attribute("network.flow.owner_guessed", true) }
  }

  private func writeHealth(_ flow: NetworkFlow, to pen: inout RecordPen) {
    if let time = flow.connectTime { pen.attribute("tcp.connect.duration", seconds(time / 1000)) }
    if flow.roundTrip > 0 {
      pen.attribute("tcp.rtt", seconds(UInt64(flow.roundTrip)))
      pen.attribute("tcp.rtt.variation", seconds(UInt64(flow.roundTripVariation)))
    }
    if flow.leastRoundTrip > 0 {
      pen.attribute("tcp.rtt.min", seconds(UInt64(flow.leastRoundTrip)))
    }
    pen.attribute("tcp.retransmits", Int64(flow.totalRetransmits))
    if flow.lost > 0 { pen.attribute("tcp.lost", Int64(flow.lost)) }
    if flow.isResetReceived {
      pen.attribute("tcp.reset", "receive" as StaticString)
    } else if flow.isResetSent {
      pen.attribute("tcp.reset", "transmit" as StaticString)
    }
  }

  private func writeError(_ number: UInt16, to pen: inout RecordPen) {
    if let name = NetworkError.name(of: number) {
      pen.attribute("error.type", name)
    } else {
      pen.attribute("error.type", utf8: NetworkError.text(of: number).utf8Span.span)
    }
  }

  private func seconds(_ microseconds: UInt64) -> Double { Double(microseconds) / 1e6 }

  /// What is told of the peer's process, encoded.
  private mutating func peerAttributes(_ peer: Peer, _ clock: BootClock) -> ByteSlice {
    guard let process = peer.process else { return .empty }
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
    return peers[place].attributes
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
