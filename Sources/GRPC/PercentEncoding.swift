internal import Bytes

/// The encoding of `grpc-message` (gRPC protocol document, "Percent-Encoded").
enum PercentEncoding {
  private static let digits = Array("0123456789ABCDEF".utf8)

  /// The text in printable ASCII; every other byte of its UTF-8, and `%`, as `%XX`.
  static func encode(_ text: String) -> String {
    var encoded: [UInt8] = []
    encoded.reserveCapacity(text.utf8.count)
    for byte in text.utf8 {
      if byte >= 0x20, byte <= 0x7E, byte != 0x25 {
        encoded.append(byte)
      } else {
        encoded += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: encoded, as: UTF8.self)
  }

  /// The text behind the encoding; what is not a valid escape stands for itself, as the document
  /// demands.
  static func decode(_ text: String) -> String {
    guard text.utf8.contains(0x25) else { return text }
    return String(decoding: text.utf8Span.span.decodingEscapes(after: "%"), as: UTF8.self)
  }
}
