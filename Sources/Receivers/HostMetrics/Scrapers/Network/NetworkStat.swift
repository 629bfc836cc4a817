internal import Bytes
internal import Procfs

/// A line of /proc/net/dev: what a network interface has carried.
struct NetworkStat: Equatable {
  /// One direction's numbers.
  struct Flow: Equatable {
    let bytes: UInt64
    let packets: UInt64
    let errors: UInt64
    let dropped: UInt64
  }

  /// Where the interface's name is in the text.
  let name: Range<Int>
  let received: Flow
  let transmitted: Flow

  /// Reads the line at which `cursor` stands; nil for a heading or a line of another form.
  init?(_ cursor: inout TextCursor) {
    let word = cursor.wordRange()
    // The name ends at the last colon of the word, for an alias has one too: `eth0:1:`; a large
    // first number may follow without a blank.
    guard let colon = cursor.lastColon(of: word) else { return nil }
    name = word.lowerBound..<colon
    cursor.move(to: colon + 1)
    guard !name.isEmpty, let received = Flow(&cursor) else { return nil }
    cursor.skipWords(4)
    guard let transmitted = Flow(&cursor) else { return nil }
    self.received = received
    self.transmitted = transmitted
  }
}

extension NetworkStat.Flow {
  fileprivate init?(_ cursor: inout TextCursor) {
    guard let bytes = cursor.number(), let packets = cursor.number(),
      let errors = cursor.number(), let dropped = cursor.number()
    else { return nil }
    self.init(bytes: bytes, packets: packets, errors: errors, dropped: dropped)
  }
}
