internal import Bytes
internal import Procfs

/// Finds the container in the path of a control group, of version 1 or 2.
public enum ContainerID {
  /// The id in the text of `/proc/PID/cgroup`, whose lines are `hierarchy:controllers:path`.
  public static func find(inCgroupFile text: Span<UInt8>) -> String? {
    var cursor = TextCursor(text)
    repeat {
      if cursor.skip(behind: UInt8(ascii: ":")), cursor.skip(behind: UInt8(ascii: ":")),
        let id = find(inPath: cursor.restOfLine())
      {
        return id
      }
    } while cursor.nextLine()
    return nil
  }

  /// The id in the text of `/proc/PID/mountinfo`, which container engines bind files from.
  ///
  /// This is where the id is found when a control group namespace hides the path.
  public static func find(inMountInfo text: Span<UInt8>) -> String? {
    var cursor = TextCursor(text)
    repeat {
      cursor.skipWords(3)
      let root = cursor.word()
      let target = cursor.word()
      guard target.isEqual(to: "/etc/hostname") || target.isEqual(to: "/etc/hosts") else {
        continue
      }
      if let id = component(of: root, behind: "containers") { return id }
    } while cursor.nextLine()
    return nil
  }

  /// The last part of a control group's path that names a container; nil where none does.
  ///
  /// Nested engines put one id behind the other: the last is the process's own container.
  public static func find(inPath path: Span<UInt8>) -> String? {
    var parts = PathParts(path)
    while let range = parts.previous() {
      let part = path.extracting(range)
      if isMonitor(part) { return nil }
      if let id = id(ofPart: part) { return String(copying: part.extracting(id)) }
    }
    return nil
  }

  /// Whether a part is the control group of the process that watches a container of CRI-O or podman.
  static func isMonitor(_ part: Span<UInt8>) -> Bool {
    part.starts(with: "crio-conmon-") || part.starts(with: "libpod-conmon-")
  }

  /// Where the id is in one part: 64 hexadecimal digits, or 32 and a number as ECS has it, behind a
  /// prefix.
  static func id(ofPart part: Span<UInt8>) -> Range<Int>? {
    var part = part
    if part.ends(with: ".scope") { part = part.extracting(0..<part.count - 6) }
    if isTaskID(part) { return 0..<part.count }
    var start = part.count
    while start > 0, part[start - 1] != UInt8(ascii: "-"), part[start - 1] != UInt8(ascii: ":") {
      start -= 1
    }
    return part.isHexadecimal(start..<part.count, count: 64) ? start..<part.count : nil
  }

  private static func isTaskID(_ part: Span<UInt8>) -> Bool {
    guard part.count > 33, part.count <= 53, part[32] == UInt8(ascii: "-") else { return false }
    return part.isHexadecimal(0..<32, count: 32)
      && part.extracting(33..<part.count).decimal != nil
  }

  /// The 64 digits of the path's part behind the one ending in `name`.
  private static func component(of path: Span<UInt8>, behind name: StaticString) -> String? {
    var parts = PathParts(path)
    var follower = 0..<0
    while let range = parts.previous() {
      if path.extracting(range).ends(with: name) {
        guard path.isHexadecimal(follower, count: 64) else { return nil }
        return String(copying: path.extracting(follower))
      }
      follower = range
    }
    return nil
  }
}

/// The parts of a path between slashes, from the last to the first.
struct PathParts: ~Escapable {
  private let path: Span<UInt8>
  private var end: Int

  @_lifetime(copy path)
  init(_ path: Span<UInt8>) {
    self.path = path
    end = path.count
  }

  /// Where the part before the one given last is.
  mutating func previous() -> Range<Int>? {
    guard end > 0 else { return nil }
    var start = end
    while start > 0, path[start - 1] != UInt8(ascii: "/") { start -= 1 }
    defer { end = start - 1 }
    return start..<end
  }
}

extension Span where Element == UInt8 {
  /// Whether the last bytes are those of `text`.
  func ends(with text: StaticString) -> Bool {
    let length = text.utf8CodeUnitCount
    return count >= length && extracting(count - length..<count).isEqual(to: text)
  }

  /// Whether the bytes at `range` are `count` hexadecimal digits in lower case.
  func isHexadecimal(_ range: Range<Int>, count: Int) -> Bool {
    guard range.count == count, range.upperBound <= self.count else { return false }
    for index in range {
      let byte = self[index]
      guard byte &- 0x30 <= 9 || byte &- 0x61 <= 5 else { return false }
    }
    return true
  }
}
