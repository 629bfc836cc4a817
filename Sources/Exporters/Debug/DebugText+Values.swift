internal import Bytes
internal import Diagnostics
internal import Telemetry

extension DebugText {
  /// Deeper values are cut: hostile nesting must not use up the stack.
  private static let maximumDepth = 32

  /// Appends a header and the attributes under it, nothing where there are none.
  func attributes(
    _ header: String, indent: String = "", _ attributes: consuming ViewCursor<KeyValueView>
  ) {
    var hasHeader = false
    while let attribute = attributes.next() {
      if !hasHeader { line(header + ":") }
      hasHeader = true
      add(indent + "     -> ")
      add(attribute.key)
      add(": ")
      value(attribute.value)
      endLine()
    }
  }

  /// Appends ` key=value` for each attribute, with `separator` between and before as told.
  func inlineAttributes(
    _ attributes: consuming ViewCursor<KeyValueView>, first: String, separator: String
  ) {
    var isFirst = true
    while let attribute = attributes.next() {
      add(isFirst ? first : separator)
      isFirst = false
      add(attribute.key)
      add("=")
      plain(attribute.value, depth: 0)
    }
  }

  /// Appends a value with its type, such as `Str(text)`.
  func value(_ value: consuming AnyValueView?) {
    guard let value else { return add("Empty()") }
    switch value.kind {
    case .empty: add("Empty()")
    case .string: wrapped("Str(", value)
    case .bool: wrapped("Bool(", value)
    case .int: wrapped("Int(", value)
    case .double: wrapped("Double(", value)
    case .array: wrapped("Slice(", value)
    case .map: wrapped("Map(", value)
    case .bytes: wrapped("Bytes(", value)
    case .stringIndex: wrapped("StrIndex(", value)
    }
  }

  private func wrapped(_ type: String, _ value: consuming AnyValueView) {
    add(type)
    plain(value, depth: 0)
    add(")")
  }

  /// Appends a value without its type; lists and maps as in JSON.
  func plain(_ value: consuming AnyValueView?, depth: Int) {
    guard let value else { return }
    guard depth < DebugText.maximumDepth else { return add("...") }
    switch value.kind {
    case .empty: if depth > 0 { add("null") }
    case .string: quoted(value.content, depth: depth)
    case .bool(let bool): add(bool ? "true" : "false")
    case .int(let number): add("\(number)")
    case .double(let number): add(DebugText.shortest(number))
    case .bytes:
      let text = String(base64: value.content)
      add(depth > 0 ? "\"\(text)\"" : text)
    case .stringIndex(let index): add("#\(index)")
    case .array:
      add("[")
      var values = value.values
      var isFirst = true
      while let element = values.next() {
        if !isFirst { add(",") }
        isFirst = false
        plain(element, depth: depth + 1)
      }
      add("]")
    case .map:
      add("{")
      var entries = value.entries
      var isFirst = true
      while let entry = entries.next() {
        if !isFirst { add(",") }
        isFirst = false
        quoted(entry.key, depth: 1)
        add(":")
        plain(entry.value, depth: depth + 1)
      }
      add("}")
    }
  }

  private func quoted(_ bytes: Span<UInt8>, depth: Int) {
    guard depth > 0 else { return add(bytes) }
    add("\"")
    add(bytes, escapesQuotes: true)
    add("\"")
  }

  /// A number with as few digits as tell it.
  static func shortest(_ number: Double) -> String {
    let text = "\(number)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  /// A number with six decimals.
  static func fixed(_ number: Double) -> String {
    guard number.isFinite else { return number.isNaN ? "NaN" : number < 0 ? "-Inf" : "+Inf" }
    // From 2 to the 63rd on a double has no decimals, and more digits than anyone reads.
    guard abs(number) < 0x1p63 else { return shortest(number) }
    var whole = Int(abs(number))
    var scaled = Int(((abs(number) - Double(whole)) * 1_000_000).rounded())
    if scaled == 1_000_000 { (whole, scaled) = (whole + 1, 0) }
    let fraction = String(scaled)
    let zeros = String(repeating: "0", count: 6 - fraction.count)
    return (number < 0 ? "-" : "") + "\(whole)." + zeros + fraction
  }

  static func number(_ value: NumberValue?) -> String {
    switch value {
    case .int(let number): "\(number)"
    case .double(let number): fixed(number)
    case nil: ""
    }
  }

  /// A moment as `2006-01-02 15:04:05.999999999 +0000 UTC`.
  static func time(_ nanoseconds: UInt64) -> String {
    let (seconds, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
    let date = CivilDate(daysSinceEpoch: Int64(seconds / 86_400))
    let clock = seconds % 86_400
    let day = [date.year.padded(to: 4), date.month.padded(to: 2), date.day.padded(to: 2)]
    let time = [clock / 3600, clock / 60 % 60, clock % 60].map { $0.padded(to: 2) }
    var text = day.joined(separator: "-") + " " + time.joined(separator: ":")
    if rest > 0 {
      var digits = rest.padded(to: 9)
      while digits.hasSuffix("0") { digits.removeLast() }
      text += "." + digits
    }
    return text + " +0000 UTC"
  }
}
