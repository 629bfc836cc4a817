internal import Bytes

/// What `/proc/PID/stat` says of a process (proc(5)); times are in ticks of the clock.
public struct ProcessStat: Sendable, Hashable {
  /// Where the command's name is in the text, at most 15 bytes, or 63 of a kernel thread.
  public let name: Range<Int>
  /// The letter of the state, such as R or S.
  public let state: UInt8
  /// The number of the parent.
  public let parent: Int
  /// Page faults that needed no reading.
  public let minorFaults: UInt64
  /// Page faults that needed reading.
  public let majorFaults: UInt64
  /// The time in user mode.
  public let userTime: UInt64
  /// The time in the kernel.
  public let systemTime: UInt64
  /// The number of threads.
  public let threads: UInt64
  /// The moment of the start, since boot.
  public let startTime: UInt64
  /// The bytes of virtual memory.
  public let virtualByteCount: UInt64
  /// The pages in memory.
  public let residentPages: UInt64
  /// The time spent waiting for block devices.
  public let blockWaitTime: UInt64

  /// Reads the file's text; nil where it is not of that form.
  ///
  /// A command's name may hold any byte, brackets and blanks too: it ends at the last bracket.
  public init?(_ text: Span<UInt8>) {
    guard let open = text.firstIndex(of: UInt8(ascii: "(")),
      let close = text.lastIndex(of: UInt8(ascii: ")")), close > open
    else { return nil }
    name = open + 1..<close
    var cursor = TextCursor(text.extracting(close + 1..<text.count))
    let state = cursor.word()
    guard state.count == 1 else { return nil }
    self.state = state[0]
    guard let parent = cursor.number(), parent <= UInt64(Int32.max) else { return nil }
    self.parent = Int(parent)
    cursor.skipWords(5)
    guard let minorFaults = cursor.number() else { return nil }
    cursor.skipWords(1)
    guard let majorFaults = cursor.number() else { return nil }
    cursor.skipWords(1)
    guard let userTime = cursor.number(), let systemTime = cursor.number() else { return nil }
    cursor.skipWords(4)
    guard let threads = cursor.number() else { return nil }
    cursor.skipWords(1)
    guard let startTime = cursor.number(), let virtualByteCount = cursor.number(),
      let residentPages = cursor.number()
    else { return nil }
    cursor.skipWords(17)
    self.minorFaults = minorFaults
    self.majorFaults = majorFaults
    self.userTime = userTime
    self.systemTime = systemTime
    self.threads = threads
    self.startTime = startTime
    self.virtualByteCount = virtualByteCount
    self.residentPages = residentPages
    // A kernel without delay accounting has the field with 0; one before 2.6.18 has it not.
    blockWaitTime = cursor.number() ?? 0
  }
}

extension Span where Element == UInt8 {
  /// The first place of `byte`.
  func firstIndex(of byte: UInt8) -> Int? {
    for index in indices where self[index] == byte { return index }
    return nil
  }

  /// The last place of `byte`.
  func lastIndex(of byte: UInt8) -> Int? {
    var index = count - 1
    while index >= 0 {
      if self[index] == byte { return index }
      index -= 1
    }
    return nil
  }
}
