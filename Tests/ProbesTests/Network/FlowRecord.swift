import CProbeEvents

@testable import Probes

/// Records as the programs in the kernel make them.
enum FlowRecord {
  /// A connection of process 4711 from 10.0.0.1:40000 to 10.0.0.2:80 that has ended.
  static func connection() -> network_flow {
    var flow = network_flow()
    flow.head.type = UInt16(NETWORK_FLOW.rawValue)
    flow.head.size = UInt16(MemoryLayout<network_flow>.size)
    flow.head.program = UInt8(NETWORK_ON_DESTROY.rawValue)
    flow.head.pid = 4711
    flow.head.start = 5_000_000_000
    flow.head.uid = 1000
    flow.head.exec_seq = 3
    flow.head.time = 9_000_000_000
    flow.cookie = 0x2a
    flow.opened = 8_000_000_000
    flow.established = 8_002_000_000
    flow.sent = 1000
    flow.received = 20_000
    flow.local = words(0x0a00_0001)
    flow.remote = words(0x0a00_0002)
    flow.local_port = 40_000
    flow.remote_port = 80
    flow.protocol = 6
    flow.role = UInt8(NETWORK_CLIENT.rawValue)
    flow.cause = UInt8(NETWORK_ENDED.rawValue)
    flow.state = 5
    flow.family = 2
    flow.rtt = 1500
    flow.rtt_min = 900
    flow.rtt_variation = 200
    flow.segments_sent = 12
    flow.segments_received = 20
    flow.netns = 4_026_531_840
    // The name has room for sixteen bytes.
    unsafe withUnsafeMutableBytes(of: &flow.name) { unsafe $0.copyBytes(from: Array("curl".utf8)) }
    return flow
  }

  /// A socket of process 4712 that listens on port 80 of all addresses.
  static func listener() -> network_flow {
    var flow = connection()
    flow.head.type = UInt16(NETWORK_LISTENER.rawValue)
    flow.head.pid = 4712
    flow.role = UInt8(NETWORK_LISTENING.rawValue)
    flow.cause = UInt8(NETWORK_OPENED.rawValue)
    flow.local = words(0)
    flow.local_port = 80
    flow.cookie = 7
    return flow
  }

  /// An IPv4 address as the programs write it.
  static func words(_ address: UInt32) -> (UInt64, UInt64) {
    (0, 0xffff_0000 | UInt64(address.byteSwapped) << 32)
  }

  static func bytes(_ flow: network_flow) -> [UInt8] {
    // The structure has no padding that was not written.
    unsafe withUnsafeBytes(of: flow) { unsafe Array($0) }
  }

  static func read(_ flow: network_flow) -> NetworkFlow? {
    let bytes = bytes(flow)
    return NetworkFlow(bytes.span)
  }
}
