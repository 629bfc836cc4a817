internal import Bytes
internal import Identity

/// Which flows are told of.
struct NetworkFilter: Sendable {
  /// Peers' addresses that are told of; empty: all.
  var included: [NetworkRange] = []
  /// Peers' addresses that are not told of.
  var excluded: [NetworkRange] = []
  /// Ports, of whichever side, that are told of; empty: all.
  var includedPorts: [ClosedRange<UInt16>] = []
  /// Ports, of whichever side, that are not told of.
  var excludedPorts: [ClosedRange<UInt16>] = []
  /// Names or paths of programs that are told of; empty: all.
  var includedExecutables: [String] = []
  /// Names or paths of programs that are not told of.
  var excludedExecutables: [String] = []

  /// Whether flows of all addresses and ports are wanted.
  var wantsAllFlows: Bool {
    included.isEmpty && excluded.isEmpty && includedPorts.isEmpty && excludedPorts.isEmpty
  }

  /// Whether addresses and ports are wanted.
  func wants(_ flow: NetworkFlow) -> Bool {
    let remote = flow.remote
    if !included.isEmpty, !included.contains(where: { $0.contains(remote) }) { return false }
    if excluded.contains(where: { $0.contains(remote) }) { return false }
    if !includedPorts.isEmpty, !has(flow, in: includedPorts) { return false }
    return excludedPorts.isEmpty || !has(flow, in: excludedPorts)
  }

  /// Whether the program is wanted, by its name or its path.
  func wants(name: Span<UInt8>, path: Span<UInt8>) -> Bool {
    if includedExecutables.isEmpty, excludedExecutables.isEmpty { return true }
    let texts = [String(copying: name), String(copying: path)]
    if !includedExecutables.isEmpty, !includedExecutables.contains(where: texts.contains) {
      return false
    }
    return !excludedExecutables.contains(where: texts.contains)
  }

  /// Whether the program is wanted.
  func wants(_ entry: ProcessEntry) -> Bool {
    if includedExecutables.isEmpty, excludedExecutables.isEmpty { return true }
    let name = entry.executableName
    let path = entry.executablePath
    return wants(name: name.span, path: path.span)
  }

  private func has(_ flow: NetworkFlow, in ports: [ClosedRange<UInt16>]) -> Bool {
    ports.contains { $0.contains(flow.localPort) || $0.contains(flow.remotePort) }
  }
}
