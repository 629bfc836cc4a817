internal import Bytes
internal import Glibc
public import Queues

/// Reads small files of /proc and /sys whole, one after the other, into one reused buffer.
///
/// Once the buffer has grown to the largest file, a read takes no memory. Reads block; not for shards.
public struct KernelFile: ~Copyable {
  /// A file longer than this is cut off; /proc/mountinfo of a busy container host has 1 MiB.
  public static let byteLimit = 8 << 20
  private static let readByteCount = 16 << 10

  /// What stands in front of every path; empty for this system's own root.
  public let root: String
  private var path = ByteBuffer(minimumCapacity: 128)
  private var contents = ByteBuffer()

  /// Reads files below `root`, which has no slash at its end.
  public init(root: String = "") {
    self.root = root
  }

  /// The bytes of the file that was read last; empty after a failed read.
  public var text: Span<UInt8> {
    @_lifetime(borrow self)
    get { contents.span }
  }

  /// Reads the file at `path`, which begins with a slash, below the root.
  public mutating func read(_ path: StaticString) throws(SystemError) {
    begin()
    self.path.append(path)
    try readPath()
  }

  /// Reads the file at `path`, which begins with a slash, below the root.
  public mutating func read(path: Span<UInt8>) throws(SystemError) {
    begin()
    self.path.append(path)
    try readPath()
  }

  /// Reads `/proc/PID/name`.
  public mutating func read(process: Int, _ name: StaticString) throws(SystemError) {
    begin(process: process, name)
    try readPath()
  }

  /// Reads the target of the link `/proc/PID/name`.
  public mutating func readLink(process: Int, _ name: StaticString) throws(SystemError) {
    begin(process: process, name)
    path.append(0)
    let target = try KernelFile.target(ofLink: path.span)
    contents.append(target.span)
  }

  private static func target(ofLink path: Span<UInt8>) throws(SystemError) -> [UInt8] {
    var room = [CChar](repeating: 0, count: 4096)
    let count = unsafe path.withUnsafeBufferPointer { path in
      // The path ends with a zero byte and the room is as long as stated.
      unsafe readlink(
        UnsafeRawPointer(path.baseAddress.unsafelyUnwrapped).assumingMemoryBound(to: CChar.self),
        &room, room.count)
    }
    guard count >= 0 else { throw .last("readlink") }
    return room.prefix(count).map { UInt8(bitPattern: $0) }
  }

  /// The number of entries of the directory `/proc/PID/name`.
  public mutating func countEntries(process: Int, _ name: StaticString) throws(SystemError) -> Int {
    begin(process: process, name)
    var count = 0
    try forEachEntry { _ in count += 1 }
    return count
  }

  /// The process numbers in /proc, into `processes`, whose memory is reused.
  public mutating func listProcesses(into processes: inout [Int]) throws(SystemError) {
    processes.removeAll(keepingCapacity: true)
    begin()
    path.append("/proc")
    try forEachEntry { name in
      if let number = name.decimal, number <= UInt64(Int32.max) { processes.append(Int(number)) }
    }
  }

  /// The names in the directory at `path`, in no order.
  public mutating func listEntries(of path: StaticString) throws(SystemError) -> [String] {
    begin()
    self.path.append(path)
    var names: [String] = []
    try forEachEntry { names.append(String(copying: $0)) }
    return names
  }

  private mutating func begin() {
    contents.truncate(to: 0)
    path.truncate(to: 0)
    path.append(root)
  }

  private mutating func begin(process: Int, _ name: StaticString) {
    begin()
    path.append("/proc/")
    path.appendDecimal(UInt64(max(0, process)))
    path.append(UInt8(ascii: "/"))
    path.append(name)
  }

  private mutating func readPath() throws(SystemError) {
    path.append(0)
    let descriptor = unsafe path.span.withUnsafeBufferPointer { path in
      // The path ends with a zero byte.
      unsafe open(
        UnsafeRawPointer(path.baseAddress.unsafelyUnwrapped).assumingMemoryBound(to: CChar.self),
        O_RDONLY | O_CLOEXEC)
    }
    guard descriptor >= 0 else { throw .last("open") }
    defer { close(descriptor) }
    while contents.count < KernelFile.byteLimit {
      var failure: SystemError?
      let count = unsafe contents.append(maximum: KernelFile.readByteCount) { room -> Int in
        // The room is as long as stated.
        let count = unsafe Glibc.read(descriptor, room.baseAddress, room.count)
        if count < 0 { failure = .last("read") }
        return max(0, count)
      }
      if let failure {
        if failure.code == EINTR { continue }
        contents.truncate(to: 0)
        throw failure
      }
      if count == 0 { return }
    }
  }

  /// Calls `body` with the name of each entry but `.` and `..`.
  private mutating func forEachEntry(
    _ body: (Span<UInt8>) -> Void
  ) throws(SystemError) {
    path.append(0)
    let directory = unsafe path.span.withUnsafeBufferPointer { path in
      // The path ends with a zero byte.
      unsafe opendir(
        UnsafeRawPointer(path.baseAddress.unsafelyUnwrapped).assumingMemoryBound(to: CChar.self))
    }
    guard let directory = unsafe directory else { throw .last("opendir") }
    defer { unsafe closedir(directory) }
    while let entry = unsafe readdir(directory) {
      // The name ends with a zero byte inside the entry, which lives until the next call.
      unsafe withUnsafePointer(to: &entry.pointee.d_name) { field in
        let name = unsafe UnsafeRawPointer(field).assumingMemoryBound(to: UInt8.self)
        let length = unsafe strlen(UnsafeRawPointer(field).assumingMemoryBound(to: CChar.self))
        if unsafe name[0] == UInt8(ascii: "."), unsafe length == 1 || name[1] == UInt8(ascii: ".") {
          return
        }
        body(unsafe Span(_unsafeStart: name, count: length))
      }
    }
  }
}
