public import Bytes

/// Labels as they stand between the braces of a text exposition: `a="1",b="2"`.
///
/// Series keep their labels in this form, so that writing text is copying. Names outside the
/// classic set are in quotes; values and quoted names are escaped. Text that a scraper could not
/// read is replaced: NUL and what is not UTF-8 become U+FFFD.
public enum LabelBlock {
  private static let quote = UInt8(ascii: "\"")
  private static let backslash = UInt8(ascii: "\\")

  /// Appends a label behind those that the block beginning at `start` of `buffer` has.
  public static func append(
    name: [UInt8], value: [UInt8], to buffer: inout ByteBuffer, blockStart start: Int
  ) {
    if buffer.count > start { buffer.append(UInt8(ascii: ",")) }
    if ClassicName.isLabel(name.span) {
      buffer.append(name.span)
    } else {
      appendQuoted(name, to: &buffer)
    }
    buffer.append(UInt8(ascii: "="))
    appendQuoted(value, to: &buffer)
  }

  /// Appends `text` in quotes, escaped.
  static func appendQuoted(_ text: [UInt8], to buffer: inout ByteBuffer) {
    buffer.append(quote)
    appendEscaped(text, to: &buffer, escapesQuotes: true)
    buffer.append(quote)
  }

  /// Appends `text` with line ends and backslashes escaped, quotes where asked.
  static func appendEscaped(
    _ text: [UInt8], to buffer: inout ByteBuffer, escapesQuotes: Bool
  ) {
    for byte in NameCharacters.repaired(text) {
      switch byte {
      case 0: buffer.append("\u{FFFD}")
      case UInt8(ascii: "\n"): buffer.append("\\n")
      case backslash: buffer.append("\\\\")
      case quote where escapesQuotes: buffer.append("\\\"")
      default: buffer.append(byte)
      }
    }
  }

  /// Calls `body` with each label's name and value, as they were before escaping.
  public static func forEach(
    _ block: Span<UInt8>, _ body: (_ name: [UInt8], _ value: [UInt8]) -> Void
  ) {
    var offset = 0
    while offset < block.count {
      let name: [UInt8]
      if block[offset] == quote {
        name = readQuoted(block, &offset)
      } else {
        var classic: [UInt8] = []
        while offset < block.count, block[offset] != UInt8(ascii: "=") {
          classic.append(block[offset])
          offset += 1
        }
        name = classic
      }
      offset += 1
      guard offset < block.count else { return }
      let value = readQuoted(block, &offset)
      offset += 1
      body(name, value)
    }
  }

  private static func readQuoted(_ block: Span<UInt8>, _ offset: inout Int) -> [UInt8] {
    var result: [UInt8] = []
    offset += 1
    while offset < block.count, block[offset] != quote {
      if block[offset] == backslash, offset + 1 < block.count {
        offset += 1
        result.append(block[offset] == UInt8(ascii: "n") ? UInt8(ascii: "\n") : block[offset])
      } else {
        result.append(block[offset])
      }
      offset += 1
    }
    offset += 1
    return result
  }

  /// The block with names escaped; labels that become one are joined by `;`.
  static func escaped(_ blocks: [[UInt8]], _ escaping: NameEscaping) -> [UInt8] {
    var names: [[UInt8]] = []
    var values: [[UInt8]: [UInt8]] = [:]
    for block in blocks {
      forEach(block.span) { name, value in
        let written = escaping.apply(name, allowsColon: false)
        if let other = values[written] {
          values[written] = other + [UInt8(ascii: ";")] + value
        } else {
          names.append(written)
          values[written] = value
        }
      }
    }
    var buffer = ByteBuffer()
    for name in names { append(name: name, value: values[name] ?? [], to: &buffer, blockStart: 0) }
    return Array(copying: buffer.span)
  }
}
