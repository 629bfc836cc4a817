internal import Bytes
internal import Identity
internal import Telemetry

/// Writes flows as log records of the event `network.flow`.
struct NetworkLog: ~Copyable {
  static let event: StaticString = "network.flow"
  /// The most bytes of a record's attributes beside those of its owner, its ends and its peer: at most 22, with keys of 27
  /// bytes, one text of 33 bytes and three shorter ones.
  private static let fixedByteLimit = 22 * (RecordPen.overhead + 27) + 4 * 33

  private let head = RecordHead(event: event)
  private let errorHead = RecordHead(event: event, severity: .warn)

  /// Writes a flow's record with the encoded attributes of its owner, its ends, and the process at the other end.
  func write(
    _ flow: NetworkFlow, owner: Span<UInt8>, ends: Span<UInt8>, peer: Span<UInt8>,
    _ clock: BootClock, _ output: inout ProbeOutput
  ) {
    let time = clock.unixNanoseconds(sinceBoot: flow.time)
    // Not chosen first: a head that is chosen is a copy, with a count of references to change.
    if flow.error == 0 {
      output.logs.open(head, time: time, observed: output.observed)
    } else {
      output.logs.open(errorHead, time: time, observed: output.observed)
    }
    let byteLimit = NetworkLog.fixedByteLimit + owner.count + ends.count + peer.count
    output.logs.write(atMost: byteLimit) { pen in
      pen.put(owner)
      pen.put(ends)
      writePorts(flow, to: &pen)
      writeAmounts(flow, to: &pen)
      if flow.isTCP { writeHealth(flow, to: &pen) }
      if flow.error != 0 { writeError(flow.error, to: &pen) }
      pen.put(peer)
    }
    output.logs.close()
  }

  private func writePorts(_ flow: NetworkFlow, to pen: inout RecordPen) {
    let isServer = flow.role == .server
    let port = UInt64(isServer ? flow.remotePort : flow.localPort)
    pen.attribute("source.port", number: port)
    if flow.role == .client || isServer {
      pen.attribute("client.port", number: port)
    } else {
      pen.attribute("destination.port", number: UInt64(flow.remotePort))
    }
  }

  private func writeAmounts(_ flow: NetworkFlow, to pen: inout RecordPen) {
    pen.attribute("network.flow.id", hexadecimal: flow.cookie, flow.opened)
    pen.attribute("network.flow.state", flow.cause.name)
    pen.attribute("network.flow.duration", Double(flow.time - flow.opened) / 1e9)
    pen.attribute("network.io.transmit", number: flow.sent)
    pen.attribute("network.io.receive", number: flow.received)
    pen.attribute("network.flow.total.transmit", number: flow.totalSent)
    pen.attribute("network.flow.total.receive", number: flow.totalReceived)
    pen.attribute("network.packets.transmit", number: flow.packetsSent)
    pen.attribute("network.packets.receive", number: flow.packetsReceived)
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
    pen.attribute("tcp.retransmits", number: UInt64(flow.totalRetransmits))
    if flow.lost > 0 { pen.attribute("tcp.lost", number: UInt64(flow.lost)) }
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
}
