internal import CProbeEvents
internal import EBPF
internal import Telemetry

/// What the programs count for the whole system, in maps.
struct NetworkHostCounts {
  private let counts: BPFMap
  private let resets: BPFMap
  private let drops: BPFMap
  private let states: BPFMap
  private let resetReasons: [Int: String]
  private let dropReasons: [Int: String]

  /// The maps of the loaded programs and the kernel's names of its reasons.
  init(_ loaded: LoadedProbe) throws(BPFError) {
    counts = try loaded.map("network_counts")
    resets = try loaded.map("sent_resets")
    drops = try loaded.map("dropped_packets")
    states = try loaded.map("socket_states")
    resetReasons = NetworkHostCounts.names("sk_rst_reason", ["SK_RST_REASON_"])
    dropReasons = NetworkHostCounts.names("skb_drop_reason", ["SKB_DROP_REASON_", "SKB_"])
  }

  /// The states' names in the semantic conventions, by the kernel's numbers.
  static let stateNames: [(number: Int, name: StaticString)] = [
    (1, "established"), (2, "syn_sent"), (3, "syn_received"), (4, "fin_wait_1"),
    (5, "fin_wait_2"), (6, "time_wait"), (7, "closed"), (8, "close_wait"), (9, "last_ack"),
    (10, "listen"), (11, "closing"),
  ]

  /// Has the states counted anew by the scan that follows.
  func clearStates() throws(BPFError) {
    for index in 0..<UInt32(NETWORK_STATES.rawValue) { try states.set(index, to: UInt64(0)) }
  }

  /// Writes what was counted.
  func write(_ output: inout MetricsWriter) {
    output.open(NetworkMetrics.hostRetransmits)
    point(sum(counts, NETWORK_RETRANSMITTED), "tcp.segment.type", "data", &output)
    point(sum(counts, NETWORK_RETRANSMITTED_SYNACK), "tcp.segment.type", "syn_ack", &output)
    output.close()
    writeResets(&output)
    output.open(NetworkMetrics.drops)
    for index in 0..<Int(NETWORK_DROP_REASONS.rawValue) {
      let count = drops.sum(of: UInt32(index))
      guard count > 0 else { continue }
      let isRest = index == Int(NETWORK_DROP_REASONS.rawValue) - 1
      output.attribute(
        "reason", (isRest ? "other" : dropReasons[index] ?? "reason_\(index)").utf8Span.span)
      output.point(count)
    }
    output.close()
    writeStates(&output)
    output.open(NetworkMetrics.unknownPeers)
    let refused = sum(counts, NETWORK_PEERS_REFUSED)
    let unknown = sum(counts, NETWORK_PEERS_UNKNOWN)
    if unknown > 0 { point(unknown, "reason", "not_asked", &output) }
    if refused > 0 { point(refused, "reason", "no_room", &output) }
    output.close()
  }

  private func writeResets(_ output: inout MetricsWriter) {
    output.open(NetworkMetrics.resets)
    point(sum(counts, NETWORK_RESETS_RECEIVED), "network.io.direction", "receive", &output)
    for index in 0..<Int(NETWORK_RESET_REASONS.rawValue) {
      let count = resets.sum(of: UInt32(index))
      guard count > 0 else { continue }
      output.attribute("reason", (resetReasons[index] ?? "reason_\(index)").utf8Span.span)
      point(count, "network.io.direction", "transmit", &output)
    }
    output.close()
  }

  private func writeStates(_ output: inout MetricsWriter) {
    output.open(NetworkMetrics.connections)
    for state in NetworkHostCounts.stateNames {
      guard let count = states.value(of: UInt32(state.number), as: UInt64.self), count > 0 else {
        continue
      }
      output.attribute("network.connection.state", state.name)
      point(count, "network.transport", "tcp", &output)
    }
    if let count = states.value(of: UInt32(0), as: UInt64.self), count > 0 {
      point(count, "network.transport", "udp", &output)
    }
    output.close()
  }

  private func point(
    _ value: UInt64, _ attribute: StaticString, _ text: StaticString,
    _ output: inout MetricsWriter
  ) {
    output.attribute(attribute, text)
    output.point(value)
  }

  private func sum(_ map: BPFMap, _ index: network_count) -> UInt64 {
    map.sum(of: UInt32(index.rawValue))
  }

  /// The kernel's names without what all begin with, in small letters.
  private static func names(_ enumeration: String, _ prefixes: [String]) -> [Int: String] {
    guard let values = try? KernelBTF.values(ofEnumeration: enumeration) else { return [:] }
    return values.mapValues { name in
      let prefix = prefixes.first { name.hasPrefix($0) } ?? ""
      return name.dropFirst(prefix.count).lowercased()
    }
  }
}

extension BPFMap {
  /// The sum of an entry's numbers over all CPUs; 0 where there is no such entry.
  func sum(of key: UInt32) -> UInt64 {
    let stride = valueStride
    return withValue(of: key) { bytes in
      var sum: UInt64 = 0
      var offset = 0
      while let value = bytes.load(UInt64.self, at: offset) {
        sum &+= value
        offset += stride
      }
      return sum
    } ?? 0
  }
}
