internal import Telemetry

extension NetworkFlow {
  /// The most bytes of the fields: at most 22, with keys of 27 bytes, one text of 33 bytes and three shorter ones.
  static let fieldsByteLimit = 22 * (RecordPen.overhead + 27) + 4 * 33

  /// The fields of the flow's record that neither its owner, its ends nor its peer decide.
  @inline(__always)
  @_lifetime(fields: copy fields)
  func tell<Fields: FlowFields & ~Copyable & ~Escapable>(_ fields: inout Fields) {
    tellPorts(&fields)
    tellAmounts(&fields)
    tellHealth(&fields)
    fields.text("error.type", error, NetworkError.text(of: error))
  }

  @inline(__always)
  @_lifetime(fields: copy fields)
  private func tellPorts<Fields: FlowFields & ~Copyable & ~Escapable>(_ fields: inout Fields) {
    let isServer = role == .server
    let isKnown = isServer || role == .client
    let port = UInt64(isServer ? remotePort : localPort)
    fields.number(.sourcePort, "source.port", port)
    fields.number(.clientPort, "client.port", port, if: isKnown)
    fields.number(.destinationPort, "destination.port", UInt64(remotePort), if: !isKnown)
  }

  @inline(__always)
  @_lifetime(fields: copy fields)
  private func tellAmounts<Fields: FlowFields & ~Copyable & ~Escapable>(_ fields: inout Fields) {
    fields.id("network.flow.id", cookie, opened)
    fields.text("network.flow.state", UInt16(cause.rawValue), "\(cause.name)")
    fields.seconds(.duration, "network.flow.duration", time - opened, of: 1e9, if: true)
    fields.number(.sent, "network.io.transmit", sent)
    fields.number(.received, "network.io.receive", received)
    fields.number(.totalSent, "network.flow.total.transmit", totalSent)
    fields.number(.totalReceived, "network.flow.total.receive", totalReceived)
    fields.number(.packetsSent, "network.packets.transmit", packetsSent)
    fields.number(.packetsReceived, "network.packets.receive", packetsReceived)
    fields.truth("network.flow.older", if: isOlder)
    fields.truth("network.flow.owner_guessed", if: isOwnerGuessed)
  }

  @inline(__always)
  @_lifetime(fields: copy fields)
  private func tellHealth<Fields: FlowFields & ~Copyable & ~Escapable>(_ fields: inout Fields) {
    let connectTime = connectTime
    let hasRoundTrip = isTCP && roundTrip > 0
    fields.seconds(
      .connectTime, "tcp.connect.duration", (connectTime ?? 0) / 1000, of: 1e6,
      if: connectTime != nil)
    fields.seconds(.roundTrip, "tcp.rtt", UInt64(roundTrip), of: 1e6, if: hasRoundTrip)
    fields.seconds(
      .roundTripVariation, "tcp.rtt.variation", UInt64(roundTripVariation), of: 1e6,
      if: hasRoundTrip)
    fields.seconds(
      .leastRoundTrip, "tcp.rtt.min", UInt64(leastRoundTrip), of: 1e6,
      if: isTCP && leastRoundTrip > 0)
    fields.number(.retransmits, "tcp.retransmits", UInt64(totalRetransmits), if: isTCP)
    fields.number(.lost, "tcp.lost", UInt64(lost), if: isTCP && lost > 0)
    let reset: UInt16 = !isTCP ? 0 : isResetReceived ? 1 : isResetSent ? 2 : 0
    fields.text("tcp.reset", reset, reset == 1 ? "receive" : "transmit")
  }
}
