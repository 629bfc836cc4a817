internal import Bytes
internal import Glibc

/// What this process has of the machine's memory, as `/proc/self/statm` tells.
public struct OwnMemory: Equatable, Sendable {
  /// The bytes of its address space.
  public let mapped: Int
  /// The bytes that are in memory.
  public let resident: Int
  /// Those of them that are pages of files, or shared with other processes.
  public let shared: Int
  /// The bytes of its heap and stacks, whether they are in memory or not.
  public let data: Int

  /// The bytes in memory that nobody else has: the heap above all.
  public var own: Int { max(0, resident - shared) }

  /// Reads a file's text, which counts pages; nil where it is none.
  public init?(_ text: Span<UInt8>) {
    var cursor = TextCursor(text)
    var fields = InlineArray<6, Int>(repeating: 0)
    for index in fields.indices {
      guard let pages = cursor.number(), pages < 1 << 40 else { return nil }
      fields[index] = Int(pages) * sysconf(Int32(_SC_PAGESIZE))
    }
    mapped = fields[0]
    resident = fields[1]
    shared = fields[2]
    data = fields[5]
  }

  /// What it is now; nil where /proc is not there.
  public static var now: OwnMemory? {
    var file = KernelFile()
    guard (try? file.read("/proc/self/statm")) != nil else { return nil }
    return OwnMemory(file.text)
  }
}
