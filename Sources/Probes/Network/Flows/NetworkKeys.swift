internal import Bytes
internal import Telemetry

/// The keys of the attributes that nearly every flow has, encoded once.
struct NetworkKeys {
  let namespace = EncodedKey.log("network.namespace.inode")
  let sourceAddress = EncodedKey.log("source.address")
  let sourcePort = EncodedKey.log("source.port")
  let destinationAddress = EncodedKey.log("destination.address")
  let destinationPort = EncodedKey.log("destination.port")
  let clientAddress = EncodedKey.log("client.address")
  let clientPort = EncodedKey.log("client.port")
  let serverAddress = EncodedKey.log("server.address")
  let serverPort = EncodedKey.log("server.port")
  let transport = EncodedKey.log("network.transport")
  let type = EncodedKey.log("network.type")
  let role = EncodedKey.log("network.flow.role")
  let id = EncodedKey.log("network.flow.id")
  let state = EncodedKey.log("network.flow.state")
  let duration = EncodedKey.log("network.flow.duration")
  let ownerGuessed = EncodedKey.log("network.flow.owner_guessed")
  let sent = EncodedKey.log("network.io.transmit")
  let received = EncodedKey.log("network.io.receive")
  let totalSent = EncodedKey.log("network.flow.total.transmit")
  let totalReceived = EncodedKey.log("network.flow.total.receive")
  let packetsSent = EncodedKey.log("network.packets.transmit")
  let packetsReceived = EncodedKey.log("network.packets.receive")
  let connectTime = EncodedKey.log("tcp.connect.duration")
  let roundTrip = EncodedKey.log("tcp.rtt")
  let roundTripVariation = EncodedKey.log("tcp.rtt.variation")
  let leastRoundTrip = EncodedKey.log("tcp.rtt.min")
  let retransmits = EncodedKey.log("tcp.retransmits")
}
