internal import Bytes
internal import Procfs

/// What /proc/PID/io tells.
struct ProcessIO: Equatable {
  private(set) var readBytes: UInt64 = 0
  private(set) var writtenBytes: UInt64 = 0
  private(set) var reads: UInt64 = 0
  private(set) var writes: UInt64 = 0

  /// Reads the file's text; what it does not tell is zero.
  init(_ text: Span<UInt8>) {
    var cursor = TextCursor(text)
    repeat {
      let key = cursor.word()
      guard let value = cursor.number() else { continue }
      if key.isEqual(to: "read_bytes:") {
        readBytes = value
      } else if key.isEqual(to: "write_bytes:") {
        writtenBytes = value
      } else if key.isEqual(to: "syscr:") {
        reads = value
      } else if key.isEqual(to: "syscw:") {
        writes = value
      }
    } while cursor.nextLine()
  }
}

/// What /proc/PID/status tells beyond /proc/PID/stat.
struct ProcessStatus: Equatable {
  private(set) var user: UInt32?
  private(set) var voluntarySwitches: UInt64 = 0
  private(set) var involuntarySwitches: UInt64 = 0
  private(set) var pendingSignals: UInt64 = 0

  /// Reads the file's text; what it does not tell is zero.
  init(_ text: Span<UInt8>) {
    var cursor = TextCursor(text)
    repeat {
      let key = cursor.word()
      if key.isEqual(to: "Uid:") {
        user = cursor.number().flatMap { UInt32(exactly: $0) }
      } else if key.isEqual(to: "voluntary_ctxt_switches:") {
        voluntarySwitches = cursor.number() ?? 0
      } else if key.isEqual(to: "nonvoluntary_ctxt_switches:") {
        involuntarySwitches = cursor.number() ?? 0
      } else if key.isEqual(to: "SigQ:") {
        // Queued and allowed signals, as 0/95848.
        pendingSignals = ProcessStatus.firstPart(cursor.word())
      }
    } while cursor.nextLine()
  }

  private static func firstPart(_ word: Span<UInt8>) -> UInt64 {
    var end = 0
    while end < word.count, word[end] != UInt8(ascii: "/") { end += 1 }
    return word.extracting(0..<end).decimal ?? 0
  }
}
