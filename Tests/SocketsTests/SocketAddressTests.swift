import Sockets
import Testing

@Suite struct SocketAddressTests {
  @Test(
    "reads every form of an address",
    arguments: [
      ("127.0.0.1:4317", SocketAddress.tcp(host: "127.0.0.1", port: 4317)),
      ("localhost:0", .tcp(host: "localhost", port: 0)),
      (":4318", .tcp(host: "", port: 4318)),
      ("[::1]:4317", .tcp(host: "::1", port: 4317)),
      ("unix:///run/a.sock", .unix(path: "/run/a.sock")),
      ("unix:a.sock", .unix(path: "a.sock")),
      ("/run/a.sock", .unix(path: "/run/a.sock")),
    ])
  func parses(text: String, address: SocketAddress) throws {
    #expect(try SocketAddress(parsing: text) == address)
  }

  @Test(
    "refuses what is no address and says why",
    arguments: [
      ("", "has no port"), ("localhost", "has no port"), ("a:b", "a port is a number"),
      ("a:65536", "from 0 to 65535"), ("a:-1", "a port is a number"), ("a:", "a port is a number"),
      ("::1:4317", "needs brackets"), ("[::1:4317", "unclosed bracket"), ("[a]:1", "no IPv6"),
      ("a b:1", "a space or a slash"), ("unix://", "has no path"),
      ("/" + String(repeating: "a", count: 107), "longer than"),
    ])
  func refuses(text: String, words: String) {
    let error = #expect(throws: SocketAddressError.self) { try SocketAddress(parsing: text) }
    #expect(error?.description.contains(words) == true)
  }

  @Test("writes an address as it is read", arguments: ["[::1]:1", "a:2", ":3", "unix:/x"])
  func describes(text: String) throws {
    #expect(try SocketAddress(parsing: text).description == text)
  }
}
