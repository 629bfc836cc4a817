/// The `content-type` of calls.
public enum GRPCContentType {
  /// Whether `value` names plain gRPC: `application/grpc`, with any `+format` or `;parameters`.
  ///
  /// gRPC-Web frames its trailers in another way and is refused.
  public static func isGRPC(_ value: String?) -> Bool {
    let name = Array("application/grpc".utf8)
    guard let bytes = value?.utf8, bytes.count >= name.count else { return false }
    for (byte, wanted) in zip(bytes, name) where lowercased(byte) != wanted { return false }
    // What may follow: "+", ";" or white space before ";".
    guard let next = bytes.dropFirst(name.count).first else { return true }
    return next == 0x2B || next == 0x3B || next == 0x20 || next == 0x09
  }

  private static func lowercased(_ byte: UInt8) -> UInt8 {
    byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
  }
}
