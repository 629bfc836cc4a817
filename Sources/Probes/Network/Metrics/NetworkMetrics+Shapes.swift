internal import Telemetry

extension NetworkMetrics {
  static let bytes = MetricShape(
    "network.flow.io", .counter, unit: "By", "Bytes that programs wrote to and read from sockets.")
  static let packets = MetricShape(
    "network.flow.packets", .counter, unit: "{packet}",
    "TCP segments, those without data too, and UDP datagrams.")
  static let connects = MetricShape(
    "tcp.client.connects", .counter, unit: "{connection}",
    "Attempts to connect that came to an end, by outcome.")
  static let connectTime = MetricShape(
    "tcp.client.connect.duration", .histogram, unit: "s",
    "Time from the first SYN to the established connection.")
  static let roundTrip = MetricShape(
    "tcp.rtt", .histogram, unit: "s", "Smoothed round-trip time, once for each record of a flow.")
  static let retransmits = MetricShape(
    "tcp.retransmits", .counter, unit: "{segment}", "Segments sent again, by process and peer.")
  static let resets = MetricShape(
    "tcp.resets", .counter, unit: "{segment}", "RST segments of the whole system.")
  static let hostRetransmits = MetricShape(
    "tcp.host.retransmits", .counter, unit: "{segment}",
    "Segments sent again by the whole system.")
  static let drops = MetricShape(
    "network.packet.drops", .counter, unit: "{packet}",
    "IP packets that the kernel dropped, by its reason.")
  static let connections = MetricShape(
    "system.network.connection.count", .upDownCounter, unit: "{connection}",
    "Sockets that processes hold, by state, in all network namespaces.")
  static let unknownPeers = MetricShape(
    "network.flow.datagrams.peer_unknown", .counter, unit: "{datagram}",
    "Datagrams whose peer the program did not ask for, or for which there was no room.")

  static let obiBytes = MetricShape(
    "obi.network.flow.bytes", .counter, unit: "By", "Bytes from source to destination.")
  static let obiRoundTrip = MetricShape(
    "obi.stat.tcp.rtt", .histogram, unit: "s", "Smoothed round-trip time.")
  static let obiFailures = MetricShape(
    "obi.stat.tcp.failed.connections", .counter, unit: "{connection}",
    "Attempts to connect that failed, by reason.")
  static let obiRetransmits = MetricShape(
    "obi.stat.tcp.retransmits", .counter, unit: "{segment}", "Segments sent again.")
}
