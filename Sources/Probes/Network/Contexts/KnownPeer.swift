internal import Identity

/// The process at the other end of flows as log records tell it.
struct KnownPeer {
  /// The places that a table of peers has.
  static let placeCount = 64

  var key = ProcessKey.nobody
  /// The round for which all this holds; the largest number: for none.
  var round = UInt64.max
  /// Never the same for another peer, or for one of whom something else is known; 0 where nothing is.
  var number = 0
  /// Where its attributes are; none where the process is not known.
  var attributes = 0..<0
  /// What they were made of.
  var source: KnownOwner.Source?
}
