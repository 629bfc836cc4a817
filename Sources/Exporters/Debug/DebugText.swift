internal import Bytes

/// The text that the debug exporter makes of a batch, handed on in pieces of bounded size.
///
/// Telemetry is written with control characters escaped, so that no value forges a line or moves a
/// terminal's cursor.
final class DebugText {
  /// A piece is handed on at the end of the item that brings it to 64 KiB.
  private static let pieceByteCount = 64 << 10

  private var buffer = ByteBuffer()
  private let emit: (String) -> Void

  init(emit: @escaping (String) -> Void) {
    self.emit = emit
  }

  /// Appends text of the exporter's own.
  func add(_ text: String) {
    buffer.append(text)
  }

  /// Appends text from telemetry, where told with its quotes escaped as in JSON.
  func add(_ bytes: Span<UInt8>, escapesQuotes: Bool = false) {
    var isPlain = true
    for index in bytes.indices
    where bytes[index] < 0x20 || bytes[index] >= 0x7F
      || escapesQuotes && (bytes[index] == 0x22 || bytes[index] == 0x5C)
    {
      isPlain = false
      break
    }
    if isPlain {
      buffer.append(bytes)
      return
    }
    for scalar in String(copying: bytes).unicodeScalars {
      switch scalar.value {
      case 0x22 where escapesQuotes: add("\\\"")
      case 0x5C where escapesQuotes: add("\\\\")
      case 0x0A: add("\\n")
      case 0x0D: add("\\r")
      case 0x09: add("\\t")
      case 0..<0x20, 0x7F..<0xA0: add("\\u{" + String(scalar.value, radix: 16) + "}")
      default: add(String(scalar))
      }
    }
  }

  /// Appends an id or other bytes in hexadecimal digits.
  func addHex(_ bytes: Span<UInt8>) {
    buffer.appendHexadecimal(bytes)
  }

  /// Appends a line of the exporter's own.
  func line(_ text: String) {
    add(text)
    endLine()
  }

  /// Appends `label` and text from telemetry.
  func line(_ label: String, _ bytes: Span<UInt8>) {
    add(label)
    add(bytes)
    endLine()
  }

  /// Appends `label` and an id.
  func line(_ label: String, hex bytes: Span<UInt8>) {
    add(label)
    addHex(bytes)
    endLine()
  }

  func endLine() {
    buffer.append(UInt8(ascii: "\n"))
  }

  /// Tells that an item is complete, so that a piece may end here.
  func endItem() {
    if buffer.count >= DebugText.pieceByteCount { flush() }
  }

  /// Hands on what is left.
  func flush() {
    guard !buffer.isEmpty else { return }
    emit(String(copying: buffer.span))
    buffer.truncate(to: 0)
  }
}
