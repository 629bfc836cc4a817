internal import Bytes
internal import Procfs

/// Paths of working directories that parents and their children share, and paths made of several parts.
struct WorkingDirectories: ~Copyable {
  private static let placeCount = 64
  /// How long a path is believed that was found, in nanoseconds: only a directory that gets another name meanwhile has
  /// another one, as a parent that goes elsewhere has a directory with another inode.
  private static let patience: UInt64 = 1_000_000_000

  /// A parent's directory as it was found at a time.
  private struct Place {
    var pid: UInt32 = 0
    var inode: UInt64 = 0
    var time: UInt64 = 0
    var path = ByteSlice.empty
  }

  private var places = [Place](repeating: Place(), count: WorkingDirectories.placeCount)
  private var buffer = ByteBuffer()

  /// The parent's directory with this inode as it was found lately, or empty where it was not in the round of the same `time`;
  /// nil where nobody looked.
  func find(parent pid: UInt32, inode: UInt64, time: UInt64) -> ByteSlice? {
    let place = WorkingDirectories.place(of: pid)
    guard places[place].pid == pid, places[place].inode == inode else { return nil }
    let age = time &- places[place].time
    let isKnown = age == 0 || age < WorkingDirectories.patience && !places[place].path.isEmpty
    return isKnown ? places[place].path : nil
  }

  /// Keeps what was found of the parent's directory in the round of this time.
  mutating func keep(parent pid: UInt32, inode: UInt64, time: UInt64, _ path: ByteSlice) {
    places[WorkingDirectories.place(of: pid)] = Place(
      pid: pid, inode: inode, time: time, path: path)
  }

  private static func place(of pid: UInt32) -> Int { Int(pid) & (placeCount - 1) }

  /// The path of the names that lead to a directory, the last one first, each ended by a zero; the root's has none.
  mutating func path(
    ofNames names: Span<UInt8>, _ texts: inout KnownTexts, hint: UInt64
  ) -> ByteSlice {
    buffer.truncate(to: 0)
    var end = names.count
    while end > 0 {
      var start = end - 1
      while start > 0, names[start - 1] != 0 { start -= 1 }
      buffer.append("/")
      buffer.append(names.extracting(start..<end - 1))
      end = start
    }
    if buffer.isEmpty { buffer.append("/") }
    return texts.slice(buffer.span, hint: hint)
  }

  /// The path that /proc shows for an executable in anonymous memory of this name.
  mutating func path(
    ofMemory name: Span<UInt8>, _ texts: inout KnownTexts, hint: UInt64
  ) -> ByteSlice {
    buffer.truncate(to: 0)
    buffer.append("/")
    buffer.append(name)
    buffer.append(" (deleted)")
    return texts.slice(buffer.span, hint: hint)
  }

  /// The whole path of a file that was named from a directory on; empty where that is not certain.
  ///
  /// A directory's path has no symbolic links, and so `..` at the beginning of the name is the folder above; behind other names it
  /// may be another.
  mutating func path(
    of name: Span<UInt8>, in directory: Span<UInt8>, _ texts: inout KnownTexts, hint: UInt64
  ) -> ByteSlice {
    var (start, end) = (0, directory.count)
    while end > 0, directory[end - 1] == UInt8(ascii: "/") { end -= 1 }
    while true {
      let rest = name.extracting(start..<name.count)
      if rest.starts(with: "./") {
        start += 2
      } else if rest.starts(with: "../") {
        start += 3
        while end > 0, directory[end - 1] != UInt8(ascii: "/") { end -= 1 }
        end = max(0, end - 1)
      } else if rest.starts(with: "/") {
        start += 1
      } else {
        break
      }
    }
    let rest = name.extracting(start..<name.count)
    guard !directory.isEmpty, !rest.isEmpty, !WorkingDirectories.hasStepUp(rest) else {
      return .empty
    }
    buffer.truncate(to: 0)
    buffer.append(directory.extracting(0..<end))
    buffer.append("/")
    buffer.append(rest)
    return texts.slice(buffer.span, hint: hint)
  }

  /// Whether a path has `..`, `.` or an empty name behind one of its slashes.
  private static func hasStepUp(_ path: Span<UInt8>) -> Bool {
    for index in 0..<path.count where path[index] == UInt8(ascii: "/") {
      guard index + 1 < path.count else { return true }
      let next = path[index + 1]
      if next == UInt8(ascii: "/") || next == UInt8(ascii: ".") { return true }
    }
    return false
  }
}
