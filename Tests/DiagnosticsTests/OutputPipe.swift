import Glibc

/// A pipe whose written bytes a test reads.
final class OutputPipe {
  private(set) var readEnd: Int32
  let writeEnd: Int32

  init(size: Int32 = 65536) {
    var ends: [Int32] = [0, 0]
    // The array has room for the two descriptors.
    _ = unsafe pipe(&ends)
    (readEnd, writeEnd) = (ends[0], ends[1])
    // 1031 is F_SETPIPE_SZ of fcntl-linux.h.
    _ = fcntl(writeEnd, 1031, size)
    // So that reading an empty pipe ends.
    _ = fcntl(readEnd, F_SETFL, O_NONBLOCK)
  }

  deinit {
    closeReader()
    close(writeEnd)
  }

  /// Lets the writer find nobody at the other end.
  func closeReader() {
    if readEnd >= 0 { close(readEnd) }
    readEnd = -1
  }

  /// What is in the pipe now.
  func text() -> String {
    var all: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65536)
    while true {
      // Reads at most the chunk's own length.
      let count = unsafe read(readEnd, &chunk, chunk.count)
      guard count > 0 else { return String(decoding: all, as: UTF8.self) }
      all += chunk.prefix(count)
    }
  }

  var lines: [String] { text().split(separator: "\n").map(String.init) }
}
