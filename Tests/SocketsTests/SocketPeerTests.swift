import Glibc
import Queues
import Sockets
import Testing

@Suite(.timeLimit(.minutes(1))) struct SocketPeerTests {
  @Test(
    "an accepted connection knows both its ends and when it was accepted",
    arguments: ["127.0.0.1", "::1"])
  func knowsEnds(host: String) async throws {
    let loopback = try Loopback(.tcp(host: host, port: 0))
    let pair = try await loopback.connect()
    let (peer, other) = await loopback.run { (pair.value.server.peer, pair.value.client.peer) }
    let local = try #require(peer.local)
    #expect(SocketAddress.tcp(host: host, port: local.port) == loopback.listener.boundAddress)
    #expect(peer.remote?.addressBytes == local.addressBytes)
    #expect(local.addressBytes?.count == (host == "::1" ? 16 : 4))
    #expect(peer.description == peer.remote?.description)
    #expect(peer.credentials == nil)
    #expect(peer.acceptTime > 0)
    #expect(other.remote == nil && other.acceptTime == 0)
    await loopback.close()
  }

  @Test("IPv4 through an IPv6 socket has addresses of four bytes")
  func unmapsAddresses() async throws {
    let loopback = try Loopback(.tcp(host: "", port: 0))
    let pair = try await loopback.connect()
    let peer = await loopback.run { pair.value.server.peer }
    #expect(peer.local?.addressBytes?.count == peer.remote?.addressBytes?.count)
    await loopback.close()
  }

  @Test("who connected to a Unix socket is known by number and user")
  func knowsCredentials() async throws {
    let path = "@swiftlet-peer-\(getpid())"
    let loopback = try Loopback(.unix(path: path))
    let pair = try await loopback.connect()
    let peer = await loopback.run { pair.value.server.peer }
    #expect(peer.credentials?.process == getpid())
    #expect(peer.credentials?.user == geteuid())
    #expect(peer.local == nil)
    await loopback.close()
  }

  @Test("what an owner keeps with a connection is made once, and is its own")
  func keepsForOwners() {
    final class Owner: Sendable {}
    final class Kept: Sendable {}
    let peer = SocketPeer("a:1")
    let (one, two) = (Owner(), Owner())
    let first = peer.kept(for: one) { Kept() }
    #expect(peer.kept(for: one) { Kept() } === first)
    #expect(peer.kept(for: two) { Kept() } !== first)
  }
}
