internal import EBPF

/// The maps that all objects share: made with the first object, taken over by the others.
struct SharedMaps {
  let lifecycle: BPFMap
  let bulk: BPFMap
  let outcomes: BPFMap

  static let names = ["lifecycle_ring", "bulk_ring", "outcomes"]

  /// The shared maps of an object that made them.
  init(of object: borrowing BPFObject) throws(BPFError) {
    lifecycle = try object.map("lifecycle_ring")
    bulk = try object.map("bulk_ring")
    outcomes = try object.map("outcomes")
  }

  /// Has an object that is not loaded yet use these maps.
  func share(with object: borrowing BPFObject) throws(BPFError) {
    try object.share(lifecycle, as: "lifecycle_ring")
    try object.share(bulk, as: "bulk_ring")
    try object.share(outcomes, as: "outcomes")
  }
}
