internal import CLibbpf

extension BPFObject {
  /// The most file descriptors that loading the object takes for good: its maps and its type information, and each of
  /// `programCount` programs with its link.
  public func descriptorCount(programCount: Int) -> Int {
    1 + 2 * programCount + mapCount
  }

  /// The number of its maps, those that it shares included.
  public var mapCount: Int {
    var count = 0
    // The walk ends behind the last map.
    var map = unsafe bpf_object__next_map(raw, nil)
    while let found = unsafe map {
      count += 1
      unsafe map = bpf_object__next_map(raw, found)
    }
    return count
  }
}
