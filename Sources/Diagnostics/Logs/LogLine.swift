/// One line of a log as bytes, built once and written once.
struct LogLine {
  /// The most bytes of one text; what is longer is cut and marked.
  static let textLimit = 8192

  private(set) var bytes: [UInt8] = []

  /// The line of `entry`, with its line break.
  init(_ entry: LogEntry, at time: WallTime, as encoding: LogEncoding, colored: Bool) {
    bytes.reserveCapacity(256)
    switch encoding {
    case .console: console(entry, time, colored)
    case .json: json(entry, time)
    }
    bytes.append(UInt8(ascii: "\n"))
  }

  private mutating func console(_ entry: LogEntry, _ time: WallTime, _ colored: Bool) {
    append(time.text)
    append(" ")
    if colored { append(LogLine.color(of: entry.level)) }
    let level = entry.level.rawValue.uppercased()
    append(level)
    if colored { append("\u{1B}[0m") }
    append(level.utf8.count < 5 ? "  " : " ")
    escaped(entry.message, quotes: false)
    for field in entry.fields {
      append(" ")
      consoleText(field.key)
      append("=")
      switch field.value {
      case .string(let text): consoleText(text)
      case .int(let value): append("\(value)")
      case .double(let value): append("\(value)")
      case .bool(let value): append("\(value)")
      }
    }
  }

  private mutating func json(_ entry: LogEntry, _ time: WallTime) {
    append("{\"level\":\"\(entry.level.rawValue)\",\"ts\":\"\(time.text)\",\"msg\":")
    quoted(entry.message)
    for field in entry.fields {
      append(",")
      quoted(field.key)
      append(":")
      switch field.value {
      case .string(let text): quoted(text)
      case .int(let value): append("\(value)")
      case .double(let value) where value.isFinite: append("\(value)")
      case .double(let value): quoted("\(value)")
      case .bool(let value): append("\(value)")
      }
    }
    append("}")
  }

  /// The text as it is where it is one plain word, else quoted.
  private mutating func consoleText(_ text: String) {
    let isWord =
      !text.isEmpty && text.utf8.count < LogLine.textLimit
      && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != 0x22 && $0 != 0x3d && $0 != 0x5c }
    if isWord { append(text) } else { quoted(text) }
  }

  private mutating func quoted(_ text: String) {
    append("\"")
    escaped(text, quotes: true)
    append("\"")
  }

  /// The text with everything escaped that could end the line, hide it or steer a terminal.
  private mutating func escaped(_ text: String, quotes: Bool) {
    let end = bytes.count + LogLine.textLimit
    for scalar in text.unicodeScalars {
      guard bytes.count < end else { return append("...") }
      switch scalar.value {
      case 0x22 where quotes, 0x5c where quotes: append("\\\(scalar)")
      case 0x0a: append("\\n")
      case 0x0d: append("\\r")
      case 0x09: append("\\t")
      case 0..<0x20, 0x7f...0x9f, 0x200e, 0x200f, 0x2028...0x202e, 0x2066...0x2069, 0xfeff:
        append("\\u" + scalar.value.padded(to: 4, radix: 16))
      default: append(String(scalar))
      }
    }
  }

  private mutating func append(_ text: String) {
    bytes.append(contentsOf: text.utf8)
  }

  private static func color(of level: LogLevel) -> String {
    switch level {
    case .debug: "\u{1B}[35m"
    case .info: "\u{1B}[34m"
    case .warn: "\u{1B}[33m"
    case .error: "\u{1B}[31m"
    }
  }
}
