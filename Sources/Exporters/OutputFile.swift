internal import Glibc
internal import Queues

/// A file that is written, closed when it is let go.
struct OutputFile: ~Copyable {
  /// What happens to a file that exists.
  enum Existing {
    case append, truncate
  }

  private let descriptor: Int32
  private let isOwned: Bool

  /// Opens or creates the file; new ones can be read by the owner and the group.
  init(
    _ path: String, existing: Existing, followsLinks: Bool = true
  ) throws(SystemError) {
    var flags = O_RDWR | O_CREAT | O_CLOEXEC
    flags |= existing == .append ? O_APPEND : O_TRUNC
    if !followsLinks { flags |= O_NOFOLLOW }
    // A pipe without a reader must not block the caller for ever.
    descriptor = unsafe Glibc.open(path, flags | O_NONBLOCK, 0o640)
    guard descriptor >= 0 else { throw .last("open") }
    isOwned = true
  }

  private init(standard descriptor: Int32) {
    self.descriptor = descriptor
    isOwned = false
  }

  /// The process's standard output, which stays open.
  static func standardOutput() -> OutputFile { OutputFile(standard: 1) }
  /// The process's standard error, which stays open.
  static func standardError() -> OutputFile { OutputFile(standard: 2) }

  deinit {
    if isOwned { Glibc.close(descriptor) }
  }

  /// The file's length in bytes.
  func byteCount() throws(SystemError) -> Int {
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw .last("fstat") }
    return Int(status.st_size)
  }

  /// Writes all bytes; some of them may be written when it throws.
  func write(_ bytes: Span<UInt8>) throws(SystemError) {
    var written = 0
    while written < bytes.count {
      let rest = bytes.extracting(written..<bytes.count)
      let count = unsafe rest.withUnsafeBufferPointer {
        unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw .last("write") }
      written += count
    }
  }

  /// Reads up to `count` bytes at `offset`.
  func read(_ count: Int, at offset: Int) throws(SystemError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    let length = unsafe pread(descriptor, &bytes, count, offset)
    guard length >= 0 else { throw .last("pread") }
    return Array(bytes.prefix(length))
  }

  /// Cuts the file to its first `byteCount` bytes.
  func truncate(to byteCount: Int) throws(SystemError) {
    guard ftruncate(descriptor, byteCount) == 0 else { throw .last("ftruncate") }
  }

  /// Waits until the file's bytes are on the disk.
  func sync() throws(SystemError) {
    guard fsync(descriptor) == 0 else { throw .last("fsync") }
  }
}
