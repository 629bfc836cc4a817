internal import Queues

extension RecordFraming {
  /// How many of the file's first bytes are whole records.
  ///
  /// - Complexity: O(records) reads for lengths, O(last line) for lines
  func wholeRecords(in file: borrowing OutputFile, length: Int) throws(SystemError) -> Int {
    switch self {
    case .lines: try RecordFraming.wholeLines(in: file, length: length)
    case .lengths: try RecordFraming.wholeFrames(in: file, length: length)
    }
  }

  private static func wholeLines(
    in file: borrowing OutputFile, length: Int
  ) throws(SystemError) -> Int {
    let step = 64 << 10
    var end = length
    while end > 0 {
      let start = max(0, end - step)
      let bytes = try file.read(end - start, at: start)
      if let last = bytes.lastIndex(of: UInt8(ascii: "\n")) { return start + last + 1 }
      end = start
    }
    return 0
  }

  private static func wholeFrames(
    in file: borrowing OutputFile, length: Int
  ) throws(SystemError) -> Int {
    var offset = 0
    while length - offset >= 4 {
      let header = try file.read(4, at: offset)
      let count = header.reduce(0) { $0 << 8 | Int($1) }
      guard header.count == 4, count <= length - offset - 4 else { break }
      offset += 4 + count
    }
    return offset
  }
}
