/// The numbers of a flow's record, each of which has a place of its own in every form.
enum FlowBlank: Int, CaseIterable {
  case time
  case observed
  case sourcePort
  case clientPort
  case destinationPort
  // Eight digits each.
  case cookieHigh
  case cookieLow
  case openedHigh
  case openedLow
  case duration
  case sent
  case received
  case totalSent
  case totalReceived
  case packetsSent
  case packetsReceived
  case connectTime
  case roundTrip
  case roundTripVariation
  case leastRoundTrip
  case retransmits
  case lost

  /// How many there are.
  static let count = 22

  /// Where such a number goes in a form: eight bytes of which it takes some bits.
  struct Place {
    /// Where they are; for one that is not there behind the form.
    var offset: UInt32 = 0
    /// How many bits of eight digits fall away where a text has fewer.
    var shift: UInt32 = 0
    /// The bits that are not the number's: the marks of a varint, and what lies behind it.
    var rest: UInt64 = 0
  }
}
