internal import Bytes
internal import Procfs

/// The number of TCP connections in each state.
struct ConnectionCounts: Equatable {
  /// The states as the kernel numbers them, from 1 (include/net/tcp_states.h); DELETE has no number.
  static let states: [StaticString] = [
    "DELETE", "ESTABLISHED", "SYN_SENT", "SYN_RECV", "FIN_WAIT_1", "FIN_WAIT_2", "TIME_WAIT",
    "CLOSE", "CLOSE_WAIT", "LAST_ACK", "LISTEN", "CLOSING",
  ]

  /// The counts, by the number of the state.
  private(set) var counts = [UInt64](repeating: 0, count: states.count)

  /// Sets all counts to zero.
  mutating func reset() {
    for index in counts.indices { counts[index] = 0 }
  }

  /// Counts the connections in the text of /proc/net/tcp or tcp6.
  mutating func add(_ text: Span<UInt8>) {
    var cursor = TextCursor(text)
    while cursor.nextLine() {
      cursor.skipWords(3)
      let state = cursor.word()
      guard state.count == 2, state[0] == UInt8(ascii: "0"),
        let number = ConnectionCounts.digit(state[1])
      else { continue }
      // A connection that is not set up yet (TCP_NEW_SYN_RECV, 12) is one in SYN_RECV.
      if number == 12 {
        counts[3] += 1
      } else if number >= 1, number < counts.count {
        counts[number] += 1
      }
    }
  }

  private static func digit(_ byte: UInt8) -> Int? {
    switch byte {
    case 0x30...0x39: Int(byte - 0x30)
    case 0x41...0x46: Int(byte - 0x41) + 10
    default: nil
    }
  }
}
