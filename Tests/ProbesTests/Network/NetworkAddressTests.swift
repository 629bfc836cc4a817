import Testing

@testable import Probes

@Suite struct NetworkAddressTests {
  @Test(
    "reads and writes addresses",
    arguments: [
      ("192.0.2.1", "192.0.2.1"), ("0.0.0.0", "0.0.0.0"), ("255.255.255.255", "255.255.255.255"),
      ("::", "::"), ("::1", "::1"), ("1::", "1::"), ("2001:db8::1", "2001:db8::1"),
      ("2001:0DB8:0:0:0:0:0:1", "2001:db8::1"), ("1:0:0:2:0:0:0:3", "1:0:0:2::3"),
      ("1:0:2:3:4:5:6:7", "1:0:2:3:4:5:6:7"), ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"),
      ("0:0:1::", "0:0:1::"), ("fe80::1:2:3", "fe80::1:2:3"), ("::ffff:10.1.2.3", "10.1.2.3"),
      ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"),
    ])
  func text(input: String, output: String) {
    #expect(NetworkAddress(input[...])?.description == output)
  }

  @Test(
    "refuses what is no address",
    arguments: [
      "", ":", ":::", "1:", ":1", "1.2.3", "1.2.3.4.5", "1.2.3.256", "1.2.3.+4", "1.2.3.-0",
      "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3", "1:2:3:4:5:6:7:8::", "12345::", "g::",
      "1.2.3.4::", "::1.2.3", "-1::", "+1::", "1 ::",
    ])
  func refusal(text: String) {
    #expect(NetworkAddress(text[...]) == nil)
  }

  @Test("knows this machine's own addresses")
  func loopback() throws {
    for text in ["127.0.0.1", "127.255.0.9", "::1"] {
      #expect(try #require(NetworkAddress(text[...])).isLoopback)
    }
    for text in ["128.0.0.1", "::", "0.0.0.0", "::2", "1::1", "::7f00:1"] {
      #expect(try !#require(NetworkAddress(text[...])).isLoopback)
    }
  }

  @Test(
    "knows which addresses are in a range",
    arguments: [
      ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.1", false),
      ("10.0.0.0/8", "::a00:1", false), ("0.0.0.0/0", "1.2.3.4", true),
      ("0.0.0.0/0", "2001::1", false), ("::/0", "1.2.3.4", true), ("192.0.2.1", "192.0.2.1", true),
      ("192.0.2.1", "192.0.2.2", false), ("2001:db8::/33", "2001:db8:7fff::1", true),
      ("2001:db8::/33", "2001:db8:8000::1", false), ("fe80::/64", "fe80::1", true),
      ("fe80::/64", "fe80:0:0:1::1", false), ("::1/128", "::1", true), ("::1/127", "::", true),
    ])
  func ranges(range: String, address: String, isIn: Bool) throws {
    let address = try #require(NetworkAddress(address[...]))
    #expect(try #require(NetworkRange(range)).contains(address) == isIn)
  }

  @Test(
    "refuses what is no range",
    arguments: [
      "", "/8", "10.0.0.0/", "10.0.0.0/33", "::/129", "10.0.0.0/-1", "10/8", "::/+1", "::/1/2",
    ])
  func badRanges(text: String) {
    #expect(NetworkRange(text) == nil)
  }

  @Test("makes addresses of 4 and 16 bytes only")
  func bytes() {
    let four: [UInt8] = [10, 0, 0, 1]
    let sixteen: [UInt8] = Array(repeating: 0, count: 15) + [1]
    let five: [UInt8] = [1, 2, 3, 4, 5]
    #expect(NetworkAddress(four.span)?.description == "10.0.0.1")
    #expect(NetworkAddress(sixteen.span)?.description == "::1")
    #expect(NetworkAddress(five.span) == nil)
  }
}
