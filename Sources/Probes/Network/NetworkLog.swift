internal import Bytes
internal import Identity
internal import Telemetry

/// Writes flows as log records of the event `network.flow`.
struct NetworkLog: ~Copyable {
  static let event: StaticString = "network.flow"

  private var text = ByteBuffer(minimumCapacity: 64)
  private var times = TimestampText()
  /// The attributes that only so many flows differ in, encoded once for each kind of flow.
  private var kinds: [ByteSlice] = Array(repeating: .empty, count: 16)
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
      event: NetworkLog.event, time: clock.unixNanoseconds(sinceBoot: flow.time),
      observed: output.observed, severity: flow.error != 0 ? .warn : .info)
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

  private mutating func writeEnds(
    _ flow: NetworkFlow, _ peer: Peer, _ logs: inout LogsWriter
  ) {
    let kind = kind(of: flow)
    logs.attributes(kind.span)
    logs.attribute("network.namespace.inode", Int64(flow.namespace))
    // Each address is turned into text once and written twice.
    text.truncate(to: 0)
    if !flow.local.isUnspecified { flow.local.append(to: &text) }
    let local = 0..<text.count
    if !flow.remote.isUnspecified { flow.remote.append(to: &text) }
    let remote = local.upperBound..<text.count
    let isServer = flow.role == .server
    let source = isServer ? remote : local
    let destination = isServer ? local : remote
    let sourcePort = Int64(isServer ? flow.remotePort : flow.localPort)
    let destinationPort = Int64(isServer ? flow.localPort : flow.remotePort)
    write(source, "source.address", &logs)
    logs.attribute("source.port", sourcePort)
    write(destination, "destination.address", &logs)
    logs.attribute("destination.port", destinationPort)
    guard flow.role == .client || isServer else { return }
    write(source, named: isServer ? peer.name : nil, "client.address", &logs)
    logs.attribute("client.port", sourcePort)
    write(destination, named: isServer ? nil : peer.name, "server.address", &logs)
    logs.attribute("server.port", destinationPort)
  }

  private mutating func kind(of flow: NetworkFlow) -> ByteSlice {
    let index =
      Int(flow.role.rawValue & 3) << 2 | (flow.isTCP ? 2 : 0) | (flow.remote.isIPv4 ? 1 : 0)
    if !kinds[index].isEmpty { return kinds[index] }
    var bytes = ByteBuffer(minimumCapacity: 128)
    let field = LogsWriter.attributesField
    bytes.appendAttribute(
      "network.transport", flow.isTCP ? "tcp" : "udp" as StaticString, as: field)
    bytes.appendAttribute(
      "network.type", flow.remote.isIPv4 ? "ipv4" : "ipv6" as StaticString, as: field)
    if flow.role == .client {
      bytes.appendAttribute("network.flow.role", "client" as StaticString, as: field)
    } else if flow.role == .server {
      bytes.appendAttribute("network.flow.role", "server" as StaticString, as: field)
    }
    kinds[index] = bytes.takeSlice()
    return kinds[index]
  }

  private mutating func writeAmounts(_ flow: NetworkFlow, _ logs: inout LogsWriter) {
    text.truncate(to: 0)
    NetworkAddress.appendHexadecimal(flow.cookie, to: &text)
    text.append(UInt8(ascii: "-"))
    NetworkAddress.appendHexadecimal(flow.opened, to: &text)
    logs.attribute("network.flow.id", text.span)
    logs.attribute("network.flow.state", flow.cause.name)
    logs.attribute("network.flow.duration", Double(flow.time - flow.opened) / 1e9)
    logs.attribute("network.io.transmit", Int64(flow.sent))
    logs.attribute("network.io.receive", Int64(flow.received))
    logs.attribute("network.flow.total.transmit", Int64(flow.totalSent))
    logs.attribute("network.flow.total.receive", Int64(flow.totalReceived))
    logs.attribute("network.packets.transmit", Int64(flow.packetsSent))
    logs.attribute("network.packets.receive", Int64(flow.packetsReceived))
    if flow.isOlder { logs.attribute("network.flow.older", true) }
    if flow.isOwnerGuessed { logs.attribute("network.flow.owner_guessed", true) }
  }

  private func writeHealth(_ flow: NetworkFlow, _ logs: inout LogsWriter) {
    if let time = flow.connectTime { logs.attribute("tcp.connect.duration", seconds(time / 1000)) }
    if flow.roundTrip > 0 {
      logs.attribute("tcp.rtt", seconds(UInt64(flow.roundTrip)))
      logs.attribute("tcp.rtt.variation", seconds(UInt64(flow.roundTripVariation)))
    }
    if flow.leastRoundTrip > 0 {
      logs.attribute("tcp.rtt.min", seconds(UInt64(flow.leastRoundTrip)))
    }
    logs.attribute("tcp.retransmits", Int64(flow.totalRetransmits))
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
    text.truncate(to: 0)
    times.append(clock.creationTime(of: process.key), to: &text)
    bytes.appendAttribute("peer.process.creation.time", text.span, as: field)
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

  private func write(
    _ range: Range<Int>, named name: String? = nil, _ key: StaticString, _ logs: inout LogsWriter
  ) {
    if let name {
      logs.attribute(key, name.utf8Span.span)
    } else if !range.isEmpty {
      logs.attribute(key, text.span.extracting(range))
    }
  }
}
