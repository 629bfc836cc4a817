internal import Glibc

/// The program's two outputs.
enum Terminal {
  /// Where a text goes.
  enum Stream: Int32 {
    case output = 1
    case error = 2
  }

  /// Writes the text and a line end, whole.
  static func write(_ text: String, to stream: Stream) {
    let bytes = Array((text.hasSuffix("\n") ? text : text + "\n").utf8)
    var written = 0
    while written < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { buffer in
        // The offset stays below the number of bytes.
        unsafe Glibc.write(
          stream.rawValue, buffer.baseAddress.unsafelyUnwrapped + written, bytes.count - written)
      }
      guard count > 0 else { return }
      written += count
    }
  }
}
