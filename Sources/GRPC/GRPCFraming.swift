public import Bytes

/// The five bytes before each message ("Length-Prefixed-Message" of the gRPC protocol document).
public enum GRPCFraming {
  /// The number of bytes of a prefix.
  public static let prefixByteCount = 5

  /// The prefix of a message of `length` bytes.
  ///
  /// - Precondition: `length` fits in 32 bits.
  public static func prefix(length: Int, compressed: Bool) -> ByteSlice {
    precondition(length >= 0 && length <= Int(UInt32.max), "a message has at most 2^32 - 1 bytes")
    var prefix = ByteBuffer(minimumCapacity: prefixByteCount)
    prefix.append(compressed ? 1 : 0)
    for shift in [24, 16, 8, 0] { prefix.append(UInt8(truncatingIfNeeded: length >> shift)) }
    return prefix.takeSlice()
  }

  /// A message and its prefix as the body of a call; `message` is not copied.
  public static func body(_ message: [ByteSlice], compressed: Bool) -> [ByteSlice] {
    let length = message.reduce(0) { $0 + $1.count }
    return [prefix(length: length, compressed: compressed)] + message
  }
}
