import CProbeEvents
import Identity
import Testing

@testable import Probes

@Suite struct LocalPeersTests {
  /// The server's side of the connection.
  private func mirrored(_ record: network_flow) -> network_flow {
    var other = record
    other.head.pid = 4712
    swap(&other.local, &other.remote)
    swap(&other.local_port, &other.remote_port)
    other.role = UInt8(NETWORK_SERVER.rawValue)
    return other
  }

  @Test("finds the process that listens, if the address is one of this machine's")
  func listener() throws {
    var peers = LocalPeers()
    let flow = try #require(FlowRecord.read(FlowRecord.connection()))
    peers.note(try #require(FlowRecord.read(FlowRecord.listener())))
    // Nothing says that 10.0.0.2 is here: another machine may listen on port 80 too.
    var peer = peers.listener(askedBy: flow)
    #expect(peer == nil)
    var here = FlowRecord.connection()
    here.local = FlowRecord.words(0x0a00_0002)
    peers.note(try #require(FlowRecord.read(here)))
    peer = peers.listener(askedBy: flow)
    #expect(peer?.pid == 4712)
    var closed = FlowRecord.listener()
    closed.cause = UInt8(NETWORK_CLOSED.rawValue)
    peers.note(try #require(FlowRecord.read(closed)))
    peer = peers.listener(askedBy: flow)
    let count = peers.listenerCount
    #expect(peer == nil && count == 0)
  }

  @Test("a socket that closes does not end another one that listens on the same port")
  func reuse() throws {
    var peers = LocalPeers()
    peers.note(try #require(FlowRecord.read(FlowRecord.listener())))
    var other = FlowRecord.listener()
    other.cookie = 8
    other.cause = UInt8(NETWORK_CLOSED.rawValue)
    peers.note(try #require(FlowRecord.read(other)))
    let count = peers.listenerCount
    #expect(count == 1)
  }

  @Test("finds the process of the other end by the connection itself")
  func tuple() throws {
    var peers = LocalPeers()
    let client = FlowRecord.connection()
    let server = mirrored(client)
    peers.note(try #require(FlowRecord.read(client)))
    let asker = peers.note(try #require(FlowRecord.read(server)))
    let asked = peers.note(try #require(FlowRecord.read(client)))
    #expect(asker?.pid == 4711 && asked?.pid == 4712)
  }

  @Test("keeps no more connections than there is room for, and never takes one for another")
  func bound() throws {
    var peers = LocalPeers(capacity: 16)
    var record = FlowRecord.connection()
    for port in UInt16(1)...200 {
      record.local_port = port
      record.head.pid = UInt32(port)
      peers.note(try #require(FlowRecord.read(record)))
      peers.note(try #require(FlowRecord.read(mirrored(record))))
    }
    var found = 0
    // The latest first: to ask is to take note.
    for port in (UInt16(1)...200).reversed() {
      record.local_port = port
      record.head.pid = UInt32(port)
      guard let owner = peers.note(try #require(FlowRecord.read(mirrored(record)))) else {
        continue
      }
      #expect(owner.pid == UInt32(port))
      found += 1
    }
    #expect(found > 0 && found <= 16)
  }

  @Test(
    "finds the other end whatever the order of the addresses and ports, and of a socket with itself"
  )
  func order() throws {
    let addresses = [(0, 1), (0, 2), (1, 1), (1, 2)].map { ($0.0, $0.1 << 56) as (UInt64, UInt64) }
    var peers = LocalPeers()
    for local in addresses {
      for remote in addresses {
        for (port, other) in [(7, 7), (7, 8), (8, 7)] as [(UInt16, UInt16)] {
          var record = FlowRecord.connection()
          (record.local, record.remote) = (local, remote)
          (record.local_port, record.remote_port) = (port, other)
          let isOwn = local == remote && port == other
          peers.note(try #require(FlowRecord.read(record)))
          let asker = peers.note(try #require(FlowRecord.read(mirrored(record))))
          #expect(asker?.pid == (isOwn ? 4712 : 4711))
        }
      }
    }
  }
}
