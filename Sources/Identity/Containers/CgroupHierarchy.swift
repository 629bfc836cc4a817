internal import Bytes
internal import Procfs

/// The tree of control groups by which containers are told apart on this system.
///
/// Version 2 where it is alone; else, as containers are told apart there, a version 1 tree: the first of memory,
/// pids and cpuset that is mounted.
public struct CgroupHierarchy: Sendable, Equatable {
  /// The place of the tree's controller in the kernel's `css_set.subsys`; -1 for version 2.
  public let controller: Int
  /// The controller's name; empty for version 2.
  public let name: String
  /// Where the tree is mounted; nil where it is not.
  public let mountPoint: String?

  /// A hierarchy of these parts.
  public init(controller: Int, name: String, mountPoint: String?) {
    self.controller = controller
    self.name = name
    self.mountPoint = mountPoint
  }

  /// The hierarchy of the system whose /proc is below `root`.
  public static func detect(root: String = "") -> CgroupHierarchy {
    first(of: ["memory", "pids", "cpuset"], root)
  }

  /// The tree that limits memory: the version 1 tree of that controller where it is mounted, else version 2.
  static func memory(root: String) -> CgroupHierarchy { first(of: ["memory"], root) }

  /// The first version 1 tree that has one of these controllers, else version 2.
  private static func first(of names: [String], _ root: String) -> CgroupHierarchy {
    var file = KernelFile(root: root)
    let controllers = (try? file.read("/proc/cgroups")) != nil ? active(file.text) : []
    let mounts = (try? file.read("/proc/self/mountinfo")) != nil ? mounts(file.text) : []
    for name in names {
      guard let index = controllers.first(where: { $0.name == name })?.index,
        let mount = mounts.first(where: { $0.options.contains(name) })
      else { continue }
      return CgroupHierarchy(controller: index, name: name, mountPoint: root + mount.point)
    }
    let unified = mounts.first { $0.isUnified }
    return CgroupHierarchy(controller: -1, name: "", mountPoint: unified.map { root + $0.point })
  }

  /// The path of a process in this tree, from the text of its /proc/PID/cgroup.
  func path(inCgroupFile text: Span<UInt8>) -> String? {
    var cursor = TextCursor(text)
    repeat {
      let isZero = cursor.isAtEnd == false && text[cursor.offset] == UInt8(ascii: "0")
      guard cursor.skip(behind: UInt8(ascii: ":")) else { continue }
      let start = cursor.offset
      guard cursor.skip(behind: UInt8(ascii: ":")) else { continue }
      let names = text.extracting(start..<cursor.offset - 1)
      let path = cursor.restOfLine()
      let isWanted =
        controller < 0
        ? isZero && names.isEmpty
        : String(copying: names).split(separator: ",").contains { $0 == name }
      if isWanted { return String(copying: path) }
    } while cursor.nextLine()
    return nil
  }

  /// The controllers that have a version 1 tree, with their places in the table.
  static func active(_ text: Span<UInt8>) -> [(name: String, index: Int)] {
    var found: [(name: String, index: Int)] = []
    var cursor = TextCursor(text)
    var index = 0
    repeat {
      let name = cursor.word()
      guard !name.isEmpty, !name.starts(with: "#") else { continue }
      if let hierarchy = cursor.number(), hierarchy != 0 {
        found.append((String(copying: name), index))
      }
      index += 1
    } while cursor.nextLine()
    return found
  }

  private struct Mount {
    let point: String
    let options: [String]
    let isUnified: Bool
  }

  private static func mounts(_ text: Span<UInt8>) -> [Mount] {
    var found: [Mount] = []
    var cursor = TextCursor(text)
    repeat {
      cursor.skipWords(4)
      let point = cursor.word()
      while true {
        let word = cursor.word()
        if word.isEmpty || word.isEqual(to: "-") { break }
      }
      let type = cursor.word()
      let isUnified = type.isEqual(to: "cgroup2")
      guard isUnified || type.isEqual(to: "cgroup") else { continue }
      cursor.skipWords(1)
      let options = isUnified ? [] : String(copying: cursor.word()).split(separator: ",")
      found.append(
        Mount(
          point: String(copying: point), options: options.map(String.init), isUnified: isUnified))
    } while cursor.nextLine()
    return found
  }
}
