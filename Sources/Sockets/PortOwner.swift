internal import Glibc

/// Who listens on a TCP port of this host, as far as `/proc` may be read.
enum PortOwner {
  /// The name and number of the process that listens on `port`, such as `otelcol (pid 71)`.
  static func find(port: UInt16) -> String? {
    for table in ["/proc/net/tcp", "/proc/net/tcp6"] {
      if let inode = listeningInode(table, port), let owner = processHolding(inode) { return owner }
    }
    return nil
  }

  /// The inode of the socket in state LISTEN (0A) on `port`.
  private static func listeningInode(_ table: String, _ port: UInt16) -> String? {
    for line in text(of: table).split(separator: "\n").dropFirst() {
      let columns = line.split(separator: " ", omittingEmptySubsequences: true)
      guard columns.count > 9, columns[3] == "0A",
        let colon = columns[1].lastIndex(of: ":"),
        UInt16(columns[1][columns[1].index(after: colon)...], radix: 16) == port
      else { continue }
      return String(columns[9])
    }
    return nil
  }

  private static func processHolding(_ inode: String) -> String? {
    let wanted = "socket:[\(inode)]"
    for process in entries(of: "/proc") where process.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 })
    {
      let directory = "/proc/\(process)/fd"
      for descriptor in entries(of: directory)
      where link("\(directory)/\(descriptor)") == wanted {
        let name = text(of: "/proc/\(process)/comm").prefix { $0 != "\n" }
        return "\(name) (pid \(process))"
      }
    }
    return nil
  }

  private static func entries(of directory: String) -> [String] {
    guard let handle = unsafe opendir(directory) else { return [] }
    defer { unsafe closedir(handle) }
    var names: [String] = []
    while let entry = unsafe readdir(handle) {
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names
  }

  private static func link(_ path: String) -> String {
    var buffer = [UInt8](repeating: 0, count: 64)
    let count = unsafe buffer.withUnsafeMutableBytes { room in
      unsafe readlink(
        path, room.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: CChar.self), room.count)
    }
    return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
  }

  /// The file's text up to one MiB; empty where it cannot be read.
  private static func text(of path: String) -> String {
    let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return "" }
    defer { close(file) }
    var all: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 16_384)
    while all.count < 1 << 20 {
      let count = unsafe read(file, &buffer, buffer.count)
      guard count > 0 else { break }
      all.append(contentsOf: buffer.prefix(count))
    }
    return String(decoding: all, as: UTF8.self)
  }
}
