internal import Glibc

extension Span where Element == UInt8 {
  /// Whether both spans hold the same bytes.
  public func isEqual(to other: Span<UInt8>) -> Bool {
    guard count == other.count else { return false }
    guard count > 0 else { return true }
    return unsafe withUnsafeBufferPointer { left in
      unsafe other.withUnsafeBufferPointer { right in
        // Both counts are equal and not zero, so both base addresses exist.
        guard let left = left.baseAddress, let right = right.baseAddress else { return false }
        return unsafe memcmp(left, right, count) == 0
      }
    }
  }

  /// Whether the bytes are those of `text` in UTF-8.
  public func isEqual(to text: StaticString) -> Bool {
    guard count == text.utf8CodeUnitCount, text.hasPointerRepresentation else { return false }
    for index in indices where unsafe self[index] != text.utf8Start[index] { return false }
    return true
  }
}

extension Array where Element: BitwiseCopyable {
  /// An array with a copy of the elements.
  public init(copying elements: Span<Element>) {
    self = unsafe elements.withUnsafeBufferPointer { unsafe Array($0) }
  }
}

extension String {
  /// The text of `bytes` read as UTF-8; what is not UTF-8 becomes U+FFFD.
  public init(copying bytes: Span<UInt8>) {
    self = unsafe bytes.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
  }
}
