internal import Bytes
internal import Identity

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
    /// The program of this path that ran last under this name.
    var program: ProcessProgram?
    /// The last round in which the path was found to lead to the file.
    var provedRound: UInt64 = 0
  }

  private var places = [Place](repeating: Place(), count: KnownPaths.placeCount)

  /// The program under this command's name that is the file with this inode, named by a whole path; nil where it is not kept.
  func program(
    _ named: Span<UInt8>, command: Span<UInt8>, inode: UInt64, device: UInt32
  ) -> ProcessProgram? {
    let place = KnownPaths.place(of: inode)
    guard places[place].inode == inode, places[place].device == device,
      let program = places[place].program, program.command.isEqual(to: command)
    else { return nil }
    let name = places[place].named
    return name.isEqual(to: named) ? program : nil
  }

  /// Keeps the program of the file with this inode, if the file is kept under this name.
  mutating func keep(
    _ program: ProcessProgram, of named: Span<UInt8>, inode: UInt64, device: UInt32
  ) {
    guard find(named, inode: inode, device: device) != nil else { return }
    places[KnownPaths.place(of: inode)].program = program
  }

  /// The path of the file with this inode that was named by a whole path; nil where it is not kept.
  func find(_ named: Span<UInt8>, inode: UInt64, device: UInt32) -> ByteSlice? {
    let place = KnownPaths.place(of: inode)
    guard places[place].inode == inode, places[place].device == device else { return nil }
    return places[place].named.isEqual(to: named) ? places[place].path : nil
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
