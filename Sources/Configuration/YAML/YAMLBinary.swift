internal import Bytes

/// The content of scalars tagged `!!binary`: base64 (RFC 4648, section 4) with padding, in which white space means nothing.
enum YAMLBinary {
  /// The bytes that `text` stands for, and the text without white space; nil where it is not base64.
  static func decode(_ text: String) -> (bytes: [UInt8], text: String)? {
    let digits = text.utf8.filter { !" \t\r\n".utf8.contains($0) }
    guard digits.count.isMultiple(of: 4) else { return nil }
    var bytes = ByteBuffer()
    guard bytes.appendBytes(ofBase64: digits.span) else { return nil }
    return ([UInt8](copying: bytes.span), String(decoding: digits, as: UTF8.self))
  }
}
