internal import Glibc

/// The names of block devices by their numbers, as `/sys/dev/block` has them.
struct BlockDeviceNames {
  /// The most names kept; with more devices than that, all are read again.
  static let limit = 1024

  private let root: String
  private var names: [UInt64: String] = [:]

  /// Names of this system, or of that below `root`.
  init(root: String = "") {
    self.root = root
  }

  /// The name of a device, else its numbers as `8:16`.
  mutating func name(major: UInt32, minor: UInt32) -> String {
    let number = UInt64(major) << 32 | UInt64(minor)
    if let name = names[number] { return name }
    // A device that has gone keeps its numbers: the next one with them is looked up again.
    guard let name = read(major, minor) else { return "\(major):\(minor)" }
    if names.count >= BlockDeviceNames.limit { names.removeAll() }
    names[number] = name
    return name
  }

  private func read(_ major: UInt32, _ minor: UInt32) -> String? {
    let path = "\(root)/sys/dev/block/\(major):\(minor)"
    let target = unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 1024) { buffer in
      guard let start = buffer.baseAddress else { return nil as String? }
      // The buffer has the size that is told.
      let count = unsafe readlink(path, start, buffer.count)
      guard count > 0, count < buffer.count else { return nil }
      return unsafe String(
        decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
    // In /sys a slash in a name is an exclamation mark.
    return target?.split(separator: "/").last.map { String($0.map { $0 == "!" ? "/" : $0 }) }
  }
}
