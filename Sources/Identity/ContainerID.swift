internal import Bytes

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
    var end = path.count
    while end > 0 {
      var start = end
      while start > 0, path[start - 1] != UInt8(ascii: "/") { start -= 1 }
      let part = path.extracting(start..<end)
      if part.starts(with: "crio-conmon-") { return nil }
      if let id = id(ofPart: part) { return id }
      end = start - 1
    }
    return nil
  }

  /// The id in one part: 64 hexadecimal digits, or 32 and a number as ECS has it, behind a prefix.
  private static func id(ofPart part: Span<UInt8>) -> String? {
    var part = part
    if part.count > 6, part.extracting(part.count - 6..<part.count).isEqual(to: ".scope") {
      part = part.extracting(0..<part.count - 6)
    }
    if isTaskID(part) { return String(copying: part) }
    var start = part.count
    while start > 0, part[start - 1] != UInt8(ascii: "-"), part[start - 1] != UInt8(ascii: ":") {
      start -= 1
    }
    let id = part.extracting(start..<part.count)
    return isHexadecimal(id, count: 64) ? String(copying: id) : nil
  }

  private static func isTaskID(_ part: Span<UInt8>) -> Bool {
    guard part.count > 33, part.count <= 53, part[32] == UInt8(ascii: "-") else { return false }
    return isHexadecimal(part.extracting(0..<32), count: 32)
      && part.extracting(33..<part.count).decimal != nil
  }

  private static func isHexadecimal(_ part: Span<UInt8>, count: Int) -> Bool {
    guard part.count == count else { return false }
    for index in part.indices {
      let byte = part[index]
      guard byte &- 0x30 <= 9 || byte &- 0x61 <= 5 else { return false }
    }
    return true
  }

  /// The 64 digits of the path's part behind the one ending in `name`.
  private static func component(of path: Span<UInt8>, behind name: StaticString) -> String? {
    var end = path.count
    var follower = 0..<0
    while end > 0 {
      var start = end
      while start > 0, path[start - 1] != UInt8(ascii: "/") { start -= 1 }
      let part = path.extracting(start..<end)
      let length = name.utf8CodeUnitCount
      if part.count >= length, part.extracting(part.count - length..<part.count).isEqual(to: name) {
        let id = path.extracting(follower)
        return isHexadecimal(id, count: 64) ? String(copying: id) : nil
      }
      follower = start..<end
      end = start - 1
    }
    return nil
  }
}
