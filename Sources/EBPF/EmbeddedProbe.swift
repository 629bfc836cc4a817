internal import Bytes

/// A compiled BPF object inside the program, as the build embeds it.
public struct EmbeddedProbe: Sendable {
  /// The object's name: that of its source without the ending.
  public let name: String
  private let base64: StaticString

  /// The object `name`, whose ELF file `base64` holds.
  public init(name: String, base64: StaticString) {
    self.name = name
    self.base64 = base64
  }

  /// The ELF file.
  func object() -> ByteBuffer {
    var bytes = ByteBuffer()
    base64.withUTF8Buffer { text in
      // The span is used within the closure only, for which the buffer is valid.
      let isRight = bytes.appendBytes(ofBase64: unsafe text.span)
      precondition(isRight, "the build embeds objects in base64")
    }
    return bytes
  }
}
