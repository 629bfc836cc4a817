public import Bytes
internal import Queues

/// What is known of a process.
///
/// Confined to the queue of its table.
public final class ProcessEntry {
  /// Which process it is.
  public let key: ProcessKey
  /// The parent's key, where it is known.
  public internal(set) var parent: ProcessKey?
  /// The parent's number; 0 where it is not known.
  public internal(set) var parentPID: UInt32
  /// The path of the program; empty where it is not known, and of kernel threads.
  public internal(set) var executablePath: ByteSlice
  /// The command's name, at most 15 bytes.
  public internal(set) var command: ByteSlice
  /// The number of the user.
  public internal(set) var user: UInt32?
  /// The control group and what its path says.
  public internal(set) var cgroup: Cgroup?
  /// The control group's id; 0 where it is not known.
  public internal(set) var cgroupID: UInt64
  /// Tells the images of one process apart; nil where the kernel has not told it.
  public internal(set) var execSequence: UInt32?
  /// The number in the innermost namespace, as the process sees itself; 0 where it is not known.
  public internal(set) var innermostPID: UInt32 = 0
  /// Whether the process is known to be gone.
  public var hasExited: Bool { exitTime != nil }

  /// Whether /proc has nothing of the process any more, though the kernel's word of its end is still to come.
  public var isGone = false

  var exitTime: MonotonicTime?
  /// Whether it was looked up since the eviction's hand came by.
  var wasUsed = false
  var hasTriedCgroup = false
  var hasTriedProc = false
  var cachedAttributes: AttributeBytes?
  var cachedResource: ProcessResource?

  init(_ key: ProcessKey, _ image: ProcessImage) {
    self.key = key
    parent = image.parent
    parentPID = image.parent?.pid ?? image.parentPID
    executablePath = image.executablePath
    command = image.command
    user = image.user
    cgroupID = image.cgroupID
    execSequence = image.execSequence
  }

  /// The program's name: the last part of its path, else the command's name.
  public var executableName: ByteSlice {
    let range = ProcessEntry.nameRange(executablePath.span)
    return range.isEmpty ? command : executablePath[range]
  }

  /// Where the last part of a path is, without the kernel's note that the file is deleted.
  public static func nameRange(_ path: Span<UInt8>) -> Range<Int> {
    let end = path.ends(with: " (deleted)") ? path.count - 10 : path.count
    var start = end
    while start > 0, path[start - 1] != UInt8(ascii: "/") { start -= 1 }
    return start..<end
  }

  /// Says that the process runs a program whose path is not known.
  public func forgetPath() {
    executablePath = .empty
    // What /proc tells of the number may be of yet another program.
    hasTriedProc = true
    cachedAttributes = nil
  }

  /// Takes over what `image` knows; the rest stays.
  func update(_ image: ProcessImage) {
    if let parent = image.parent { self.parent = parent }
    if image.parentPID != 0 {
      parentPID = image.parentPID
    } else if let parent {
      parentPID = parent.pid
    }
    if !image.executablePath.isEmpty { executablePath = image.executablePath }
    if !image.command.isEmpty { command = image.command }
    if let user = image.user { self.user = user }
    if let sequence = image.execSequence { execSequence = sequence }
    if image.cgroupID != 0, image.cgroupID != cgroupID {
      cgroupID = image.cgroupID
      cgroup = nil
      hasTriedCgroup = false
      cachedResource = nil
    }
    cachedAttributes = nil
  }
}
