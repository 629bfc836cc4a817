/// What decides to which series a flow belongs, without texts: the numbers of its owner and of its ends.
struct SeriesShortcut: Equatable {
  /// The places that a table of shortcuts has.
  static let placeCount = 256
  /// What no flow has.
  static let none = SeriesShortcut(owner: 0, ends: 0, serverPort: 0)

  /// That of `KnownOwner`.
  var owner: Int
  /// That of `KnownEnds`.
  var ends: Int
  /// Ends have it only where the roles are known.
  var serverPort: UInt16

  /// Where in the table it is.
  var place: Int {
    let mixed =
      (UInt64(truncatingIfNeeded: owner) << 32 ^ UInt64(truncatingIfNeeded: ends)
        ^ UInt64(serverPort) << 16) &* 0x9e37_79b9_7f4a_7c15
    return Int(truncatingIfNeeded: mixed >> 56) & (SeriesShortcut.placeCount - 1)
  }
}
