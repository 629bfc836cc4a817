internal import Identity

/// Flows of one owner, between the same ends, to the same peer: what their records and metrics have in common.
struct KnownFlow {
  /// The places that a table of flows has.
  static let placeCount = 256

  /// What tells such flows from others.
  struct Key: Equatable {
    var ends: NetworkEnds
    var owner: ProcessKey
    var peer: ProcessKey
    var execSequence: UInt32
    /// Ends have it only where the roles are known.
    var serverPort: UInt16

    /// Where in a table of 256 places they are.
    var place: Int {
      let mixed =
        ends.spread ^ (UInt64(owner.pid) << 32 | UInt64(peer.pid)) &+ UInt64(serverPort) << 16
      return Int(truncatingIfNeeded: (mixed &* 0x9e37_79b9_7f4a_7c15) >> 56)
    }
  }

  /// The numbers of what they are made of; of another owner, or one of whom something else is known, another one.
  struct Parts: Equatable {
    var owner = 0
    var ends = 0
    var peer = 0
  }

  var key = Key(
    ends: .none, owner: .nobody, peer: .nobody, execSequence: 0, serverPort: 0)
  /// The round for which all this holds; the largest number: for none.
  var round = UInt64.max
  /// The version of the names among which that of the remote address was found.
  var namesVersion = 0
  var parts = Parts()
  /// Whether the configuration wants flows of this program.
  var isWanted = false
  /// Where the attributes of the resource are, among the parts.
  var resourceAttributes = 0..<0
  /// Where the attributes of records are.
  var attributes = 0..<0
  /// Where the series is, if that is still the generation of series.
  var series = 0
  var seriesGeneration = 0
}
