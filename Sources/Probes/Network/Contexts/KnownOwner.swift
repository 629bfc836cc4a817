internal import Bytes
internal import Identity

/// The owner of flows as log records tell it.
struct KnownOwner {
  /// The places that a table of owners has.
  static let placeCount = 128

  var key = ProcessKey.nobody
  var execSequence: UInt32 = 0
  /// The round for which all this holds; the largest number: for none.
  var round = UInt64.max
  /// Never the same for another owner, or for one of whom something else is known.
  var number = 0
  /// Whether the configuration wants flows of this program.
  var isWanted = false
  /// Where the attributes of the resource and those of records are.
  var resourceAttributes = 0..<0
  var attributes = 0..<0
  /// What the attributes were made of.
  var source: Source?

  /// What is known of the owner: other objects where anything of it has changed.
  struct Source {
    let entry: ProcessEntry
    let resource: ProcessResource
    let attributes: ByteSlice

    static func == (left: Source, right: Source) -> Bool {
      // The slice that is kept keeps its address from being another's.
      unsafe left.entry === right.entry && left.resource === right.resource
        && left.attributes.baseAddress == right.attributes.baseAddress
    }
  }
}
