/// Why bytes could not be compressed or decompressed.
public enum CompressionError: Error, Sendable, Equatable {
  /// The bytes are not what the codec writes: truncated, damaged, or followed by others.
  case malformed(String)
  /// There is more than the caller's limit, in bytes.
  case tooLarge(limit: Int)
  /// The codec has no such level.
  case unsupportedLevel(Int, allowed: ClosedRange<Int>)
  /// The library failed for lack of memory.
  case outOfMemory
}

extension CompressionError: CustomStringConvertible {
  /// What is wrong, as a sentence without its period.
  public var description: String {
    switch self {
    case .malformed(let reason): "the compressed data is malformed: \(reason)"
    case .tooLarge(let limit): "the data is larger than \(limit) bytes when decompressed"
    case .unsupportedLevel(let level, let allowed):
      "level \(level) is not one of \(allowed.lowerBound) to \(allowed.upperBound)"
    case .outOfMemory: "there is no memory for the codec"
    }
  }
}
