internal import Glibc
internal import Synchronization

/// A descriptor that takes whole lines.
///
/// Each line is one write; to pipes, terminals and sockets one for each 4096 bytes. Where their
/// reader does not keep up, the line waits for at most 10 ms and is then dropped and counted; files
/// are written through. The descriptor's flags are not changed, because other processes may share
/// it. A pipe that nobody reads any more drops lines without SIGPIPE, but for a race with its end.
public final class LogOutput: Sendable {
  /// Why an output cannot be opened.
  public struct OpenError: Error, CustomStringConvertible {
    /// The path and the system's reason.
    public let description: String
  }

  /// How long a full pipe holds up the caller, in milliseconds.
  private static let patience: Int32 = 10
  /// What a pipe takes whole once it is ready (PIPE_BUF).
  private static let pipeChunk = 4096

  private let descriptor: Int32
  private let isOwned: Bool
  private let canBlock: Bool
  /// Whether the last line was dropped after its beginning was written.
  private let isTorn = Atomic(false)
  /// Whether lines are read on a terminal.
  public let isTerminal: Bool
  /// The lines that were dropped.
  public let dropped = Counter()

  /// The output to an open descriptor, which is not closed.
  public init(descriptor: Int32) {
    self.descriptor = descriptor
    isOwned = false
    isTerminal = isatty(descriptor) == 1
    canBlock = LogOutput.canBlock(descriptor)
  }

  /// The output named `stdout`, `stderr`, or the file at this path, which is appended to.
  public init(path: String) throws(OpenError) {
    switch path {
    case "stdout": (descriptor, isOwned) = (1, false)
    case "stderr": (descriptor, isOwned) = (2, false)
    default:
      // unsafe: the path is a text with its zero byte for the call. 0640: logs are not for others.
      descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o640)
      guard descriptor >= 0 else {
        // unsafe: strerror's text is copied at once.
        let reason = unsafe String(cString: strerror(errno))
        throw OpenError(description: "cannot open the log output \(path): \(reason)")
      }
      isOwned = true
    }
    isTerminal = isatty(descriptor) == 1
    canBlock = LogOutput.canBlock(descriptor)
  }

  deinit {
    if isOwned { close(descriptor) }
  }

  private static func canBlock(_ descriptor: Int32) -> Bool {
    var status = stat()
    // unsafe: the pointer is valid for the call.
    guard unsafe fstat(descriptor, &status) == 0 else { return true }
    return status.st_mode & S_IFMT != S_IFREG
  }

  /// Writes the line, or drops it; one caller at a time.
  func write(_ line: [UInt8]) {
    let isTorn = self.isTorn.load(ordering: .relaxed)
    let line = isTorn ? [UInt8(ascii: "\n")] + line : line
    var rest = line[...]
    // A descriptor that others fill can be ready and refuse again and again.
    var refusals = 0
    while !rest.isEmpty, refusals < 4, isReady() {
      let chunk = canBlock ? rest.prefix(LogOutput.pipeChunk) : rest
      // unsafe: reads at most the slice's own bytes.
      let count = unsafe chunk.withUnsafeBytes { bytes in
        unsafe Glibc.write(descriptor, bytes.baseAddress, bytes.count)
      }
      if count < 0, errno == EINTR || errno == EAGAIN {
        refusals += 1
        continue
      }
      guard count > 0 else { break }
      rest = rest.dropFirst(count)
    }
    if !rest.isEmpty { dropped.add() }
    let isWhole = rest.isEmpty || rest.count == line.count && !isTorn
    self.isTorn.store(!isWhole, ordering: .relaxed)
  }

  private func isReady() -> Bool {
    guard canBlock else { return true }
    var events = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    // unsafe: the pointer is valid for the call.
    return unsafe poll(&events, 1, LogOutput.patience) == 1 && events.revents == Int16(POLLOUT)
  }
}
