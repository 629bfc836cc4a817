internal import Bytes

extension SplitPlan {
  /// The part of a request that a plan makes.
  enum Part {
    case head
    case rest
  }

  /// The number of bytes that `part` takes.
  func byteCount(_ part: Part) -> Int { byteCount(part, level: 0) }

  /// The slices of `part` of `bytes`: what the cut leaves whole is shared, what it divides is copied.
  func slices(_ part: Part, of bytes: ByteSlice) -> [ByteSlice] {
    guard let cut = cuts.first else { return part == .head ? [bytes] : [] }
    var result: [ByteSlice] = []
    func share(_ range: Range<Int>) {
      if !range.isEmpty { result.append(bytes[range]) }
    }
    if part == .head {
      share(cut.message.lowerBound..<cut.divided.lowerBound)
    } else {
      for range in SplitPlan.joined(cut.sharedBefore) { share(range) }
    }
    var buffer = ByteBuffer(minimumCapacity: dividedByteCount(part, level: 0))
    appendDivided(part, level: 0, of: bytes.span, to: &buffer)
    if !buffer.isEmpty { result.append(buffer.takeSlice()) }
    if part == .head {
      for range in SplitPlan.joined(cut.sharedAfter) { share(range) }
    } else {
      share(cut.divided.upperBound..<cut.message.upperBound)
    }
    return result
  }

  /// The same bytes in as few ranges as there can be.
  private static func joined(_ ranges: [Range<Int>]) -> [Range<Int>] {
    var result: [Range<Int>] = []
    for range in ranges {
      if let last = result.last, last.upperBound == range.lowerBound {
        result[result.count - 1] = last.lowerBound..<range.upperBound
      } else {
        result.append(range)
      }
    }
    return result
  }

  /// The number of bytes of the message at `level` in `part`.
  private func byteCount(_ part: Part, level: Int) -> Int {
    let cut = cuts[level]
    let divided = dividedByteCount(part, level: level)
    switch part {
    case .head:
      return cut.divided.lowerBound - cut.message.lowerBound + divided
        + cut.sharedAfter.reduce(0) { $0 + $1.count }
    case .rest:
      return cut.sharedBefore.reduce(0) { $0 + $1.count } + divided
        + cut.message.upperBound - cut.divided.upperBound
    }
  }

  /// The number of bytes that `part` has of the field that is divided at `level`.
  private func dividedByteCount(_ part: Part, level: Int) -> Int {
    guard level + 1 < cuts.count else { return 0 }
    let value = byteCount(part, level: level + 1)
    return ByteBuffer.varintByteCount(UInt64(cuts[level].dividedNumber) << 3)
      + ByteBuffer.varintByteCount(UInt64(value)) + value
  }

  /// Appends what `part` has of the field that is divided at `level`.
  private func appendDivided(
    _ part: Part, level: Int, of bytes: Span<UInt8>, to buffer: inout ByteBuffer
  ) {
    guard level + 1 < cuts.count else { return }
    let cut = cuts[level + 1]
    buffer.appendTag(cuts[level].dividedNumber, .length)
    buffer.appendVarint(UInt64(byteCount(part, level: level + 1)))
    switch part {
    case .head:
      buffer.append(bytes.extracting(cut.message.lowerBound..<cut.divided.lowerBound))
      appendDivided(part, level: level + 1, of: bytes, to: &buffer)
      for range in cut.sharedAfter { buffer.append(bytes.extracting(range)) }
    case .rest:
      for range in cut.sharedBefore { buffer.append(bytes.extracting(range)) }
      appendDivided(part, level: level + 1, of: bytes, to: &buffer)
      buffer.append(bytes.extracting(cut.divided.upperBound..<cut.message.upperBound))
    }
  }
}
