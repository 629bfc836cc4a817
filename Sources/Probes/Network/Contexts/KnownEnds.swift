/// The ends of flows as log records tell them.
struct KnownEnds {
  /// The places that a table of ends has.
  static let placeCount = 256

  var ends = NetworkEnds.none
  /// The name that the remote address was asked for by.
  var name: String?
  /// The round for which the name holds; the largest number: for none.
  var round = UInt64.max
  /// The version of the names among which it was found.
  var namesVersion = 0
  /// Never the same for other ends or another name.
  var number = 0
  /// Where their attributes are.
  var attributes = 0..<0
}
