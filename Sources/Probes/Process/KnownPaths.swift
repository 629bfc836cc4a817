internal import Bytes

/// Where executables are that were named lately, symbolic links followed: each is looked up once.
///
/// A link that leads to another file is another pair of name and inode. Bounded: each pair has one place, and one that
/// comes later takes it over.
struct KnownPaths {
  /// A system has some hundred programs that run again and again.
  private static let placeCount = 512

  private struct Place {
    var inode: UInt64 = 0
    var device: UInt32 = 0
    var named = ByteSlice.empty
    var path = ByteSlice.empty
    /// The last round in which the path was found to lead to the file.
    var provedRound: UInt64 = 0
  }

  private var places = [Place](repeating: Place(), count: KnownPaths.placeCount)

  /// The path of the file with this inode that was named by a whole path; nil where it is not kept.
  func find(_ named: Span<UInt8>, inode: UInt64, device: UInt32) -> ByteSlice? {
    let place = KnownPaths.place(of: inode)
    guard places[place].inode == inode, places[place].device == device else { return nil }
    let name = places[place].named
    return name.span.isEqual(to: named) ? places[place].path : nil
  }

  /// Keeps the path of the file with this inode, which was named so.
  mutating func keep(_ path: ByteSlice, of named: Span<UInt8>, inode: UInt64, device: UInt32) {
    // Most are named as they are.
    let isSame = path.span.isEqual(to: named)
    places[KnownPaths.place(of: inode)] = Place(
      inode: inode, device: device, named: isSame ? path : ByteSlice(copying: named), path: path)
  }

  /// The path by which the file with this inode was run before; nil where it is not kept.
  ///
  /// `proves` tells whether it still leads there; that is asked once a `round`.
  mutating func find(
    inode: UInt64, device: UInt32, round: UInt64, proves: (ByteSlice) -> Bool
  ) -> ByteSlice? {
    let place = KnownPaths.place(of: inode)
    guard places[place].inode == inode, places[place].device == device else { return nil }
    let path = places[place].path
    if places[place].provedRound != round {
      guard proves(path) else { return nil }
      places[place].provedRound = round
    }
    return path
  }

  private static func place(of inode: UInt64) -> Int {
    Int(truncatingIfNeeded: (inode ^ inode >> 9) & UInt64(placeCount - 1))
  }
}
