internal import Bytes
internal import Glibc

/// Finds lines that end in CRLF in bytes that come in pieces.
///
/// A line within one piece is found in place; only a line that is split is collected.
struct HTTP1LineReader: ~Copyable {
  enum Line {
    /// All bytes were taken and the line goes on.
    case incomplete
    /// The line's bytes in the piece, without its end.
    case inPlace(Range<Int>)
    /// The line was split and waits in `takeCarried`.
    case carried
  }

  private var carry = ByteBuffer()

  /// Whether no part of a line is held.
  var isEmpty: Bool { carry.isEmpty }

  /// Looks for the end of the line that begins or goes on at `position`, and moves behind it.
  mutating func next(
    _ bytes: Span<UInt8>, _ position: inout Int, limit: Int, status: Int,
    what: @autoclosure () -> String
  ) throws(HTTP1Error) -> Line {
    let start = position
    let end = HTTP1LineReader.lineFeed(bytes, from: start)
    // Without its line feed the line may have its limit and a carriage return.
    guard carry.count + ((end ?? bytes.count) - start) <= limit + 1 else {
      throw HTTP1Error(status: status, reason: "\(what()) is longer than \(limit) bytes")
    }
    guard let end else {
      carry.append(bytes.extracting(start..<bytes.count))
      position = bytes.count
      return .incomplete
    }
    position = end + 1
    if carry.isEmpty {
      guard end > start, bytes[end - 1] == .carriageReturn else { throw Self.bareLineFeed(what()) }
      return .inPlace(start..<end - 1)
    }
    carry.append(bytes.extracting(start..<end))
    guard carry.span[carry.count - 1] == .carriageReturn else { throw Self.bareLineFeed(what()) }
    carry.truncate(to: carry.count - 1)
    return .carried
  }

  /// Hands over the split line that `next` has just found.
  mutating func takeCarried() -> ByteBuffer {
    var line = ByteBuffer()
    swap(&line, &carry)
    return line
  }

  private static func bareLineFeed(_ what: String) -> HTTP1Error {
    .bad("\(what) ends in LF without CR")
  }

  private static func lineFeed(_ bytes: Span<UInt8>, from start: Int) -> Int? {
    guard start < bytes.count else { return nil }
    return unsafe bytes.withUnsafeBufferPointer { buffer in
      // `start` is below the count, so the base address exists and the search stays within.
      guard let base = buffer.baseAddress,
        let found = unsafe memchr(base + start, 0x0A, buffer.count - start)
      else { return nil }
      return unsafe UnsafeRawPointer(found) - UnsafeRawPointer(base)
    }
  }
}
