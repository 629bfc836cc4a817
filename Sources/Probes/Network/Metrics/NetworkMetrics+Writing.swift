internal import Bytes
internal import Identity
internal import Telemetry

extension NetworkMetrics {
  static let scope: StaticString = "swiftlet/ebpf/network"

  /// Writes all series, each resource's together.
  func write(_ output: inout MetricsWriter) {
    var groups: [ObjectIdentifier: [NetworkSeries]] = [:]
    for series in series {
      if let resource = series.key.resource { groups[resource, default: []].append(series) }
    }
    for group in groups.values {
      guard let resource = group.first?.resource else { continue }
      let shared = resource.attributes.bytes
      output.select(resource: shared.span, scope: NetworkMetrics.scope)
      write(group, &output)
    }
    if let overflow {
      output.select(scope: NetworkMetrics.scope)
      write([overflow], &output)
    }
  }

  private func write(_ group: [NetworkSeries], _ output: inout MetricsWriter) {
    switch config.metricNames {
    case .semconv: writeSemconv(group, &output)
    case .obi: writeOBI(group, &output)
    }
  }

  private func writeSemconv(_ group: [NetworkSeries], _ output: inout MetricsWriter) {
    writeBothWays(NetworkMetrics.bytes, group, &output, \.sent, \.received)
    writeBothWays(NetworkMetrics.packets, group, &output, \.packetsSent, \.packetsReceived)
    output.open(NetworkMetrics.connects)
    for series in group {
      if series.connects > 0 {
        attributes(series, &output)
        output.attribute("outcome", "success")
        point(series.connects, series, &output)
      }
      for failure in series.failures {
        attributes(series, &output)
        output.attribute("outcome", "failure")
        output.attribute("error.type", NetworkError.text(of: failure.error).utf8Span.span)
        point(failure.count, series, &output)
      }
    }
    output.close()
    writeHistogram(NetworkMetrics.connectTime, group, &output, \.connectTimes)
    writeHistogram(NetworkMetrics.roundTrip, group, &output, \.roundTrips)
    writeRetransmits(NetworkMetrics.retransmits, group, &output)
  }

  private func writeOBI(_ group: [NetworkSeries], _ output: inout MetricsWriter) {
    output.open(NetworkMetrics.obiBytes)
    for series in group {
      for isSent in [true, false] {
        let bytes = isSent ? series.sent : series.received
        guard bytes > 0 else { continue }
        obiAttributes(series, fromLocal: isSent, &output)
        // A request goes from the client to the server.
        let isRequest = isSent == (series.key.role != .server)
        output.attribute("direction", isRequest ? "request" : "response")
        output.attribute("iface.direction", isSent ? "egress" : "ingress")
        point(bytes, series, &output)
      }
    }
    output.close()
    writeHistogram(NetworkMetrics.obiRoundTrip, group, &output, \.roundTrips)
    output.open(NetworkMetrics.obiFailures)
    for series in group {
      for failure in series.failures {
        obiAttributes(series, fromLocal: series.key.role != .server, &output)
        output.attribute("reason", NetworkError.text(of: failure.error).utf8Span.span)
        point(failure.count, series, &output)
      }
    }
    output.close()
    writeRetransmits(NetworkMetrics.obiRetransmits, group, &output)
  }

  private func writeBothWays(
    _ shape: MetricShape, _ group: [NetworkSeries], _ output: inout MetricsWriter,
    _ sent: KeyPath<NetworkSeries, UInt64>, _ received: KeyPath<NetworkSeries, UInt64>
  ) {
    output.open(shape)
    for series in group {
      if series[keyPath: sent] > 0 {
        attributes(series, &output)
        output.attribute("network.io.direction", "transmit")
        point(series[keyPath: sent], series, &output)
      }
      if series[keyPath: received] > 0 {
        attributes(series, &output)
        output.attribute("network.io.direction", "receive")
        point(series[keyPath: received], series, &output)
      }
    }
    output.close()
  }

  private func writeHistogram(
    _ shape: MetricShape, _ group: [NetworkSeries], _ output: inout MetricsWriter,
    _ histogram: KeyPath<NetworkSeries, NetworkHistogram>
  ) {
    output.open(shape)
    for series in group where !series[keyPath: histogram].isEmpty {
      let values = series[keyPath: histogram]
      if config.metricNames == .obi {
        obiAttributes(series, fromLocal: series.key.role != .server, &output)
      } else {
        attributes(series, &output)
      }
      output.startTime = series.start
      let bounds = values.bounds
      output.histogram(counts: values.counts.span, bounds: bounds.span, sum: values.sum)
    }
    output.close()
  }

  private func writeRetransmits(
    _ shape: MetricShape, _ group: [NetworkSeries], _ output: inout MetricsWriter
  ) {
    output.open(shape)
    for series in group where series.retransmits > 0 {
      if config.metricNames == .obi {
        obiAttributes(series, fromLocal: series.key.role != .server, &output)
      } else {
        attributes(series, &output)
      }
      point(series.retransmits, series, &output)
    }
    output.close()
  }

  private func point(_ value: UInt64, _ series: NetworkSeries, _ output: inout MetricsWriter) {
    output.startTime = series.start
    output.point(value)
  }

  private func attributes(_ series: NetworkSeries, _ output: inout MetricsWriter) {
    let key = series.key
    guard key.resource != nil else { return output.attribute("otel.metric.overflow", "true") }
    // Of what nobody is known to own there is none.
    if !key.executable.isEmpty {
      output.attribute("process.executable.name", key.executable.utf8Span.span)
    }
    if key.pid != 0 { output.attribute("process.pid", Int64(key.pid)) }
    output.attribute("network.transport", key.isTCP ? "tcp" : "udp")
    switch key.role {
    case .client:
      output.attribute("network.flow.role", "client")
      peer("server.address", key.peer, &output)
    case .server:
      output.attribute("network.flow.role", "server")
      peer("client.address", key.peer, &output)
    case .unknown, .listening: peer("network.peer.address", key.peer, &output)
    }
    output.attribute("server.port", Int64(key.serverPort))
  }

  private func obiAttributes(
    _ series: NetworkSeries, fromLocal: Bool, _ output: inout MetricsWriter
  ) {
    let key = series.key
    guard key.resource != nil else { return output.attribute("otel.metric.overflow", "true") }
    let name = series.resource?.service?.text ?? key.executable
    output.attribute(fromLocal ? "src.name" : "dst.name", name.utf8Span.span)
    switch key.peer {
    case .none: break
    case .address: peer(fromLocal ? "dst.address" : "src.address", key.peer, &output)
    case .name: peer(fromLocal ? "dst.name" : "src.name", key.peer, &output)
    }
    output.attribute("transport", key.isTCP ? "TCP" : "UDP")
    output.attribute("server.port", Int64(key.serverPort))
    if key.pid != 0 { output.attribute("process.pid", Int64(key.pid)) }
    // Else the point could be the same as that of a client.
    if key.role == .unknown { output.attribute("network.flow.role", "unknown") }
  }

  private func peer(
    _ attribute: StaticString, _ peer: NetworkSeries.Peer, _ output: inout MetricsWriter
  ) {
    switch peer {
    case .none: break
    case .name(let name): output.attribute(attribute, name.utf8Span.span)
    case .address(let address):
      var text = ByteBuffer(minimumCapacity: 40)
      address.append(to: &text)
      output.attribute(attribute, text.span)
    }
  }
}
