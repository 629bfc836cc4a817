/// Finds the texts at the top of a JSON object, and passes over all else.
enum JSONTexts {
  /// The members of the object that are texts; nil where the bytes are no whole object.
  static func top(of bytes: ArraySlice<UInt8>) -> [String: String]? {
    var found: [String: String] = [:]
    var depth = 0
    var key: String?
    var isValue = false
    var rest = bytes
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth += 1
        isValue = false
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        depth -= 1
        if depth == 0 { return byte == UInt8(ascii: "}") ? found : nil }
        if depth < 0 { return nil }
      case UInt8(ascii: ":"): isValue = depth == 1
      case UInt8(ascii: ","):
        if depth == 1 { (key, isValue) = (nil, false) }
      case UInt8(ascii: "\""):
        guard let text = string(&rest) else { return nil }
        guard depth == 1 else { continue }
        if !isValue {
          key = text
        } else if let key {
          found[key] = text
        }
      default: continue
      }
    }
    return nil
  }

  /// The text up to the closing quote; an escape of a character stays as it is written.
  private static func string(_ rest: inout ArraySlice<UInt8>) -> String? {
    var text: [UInt8] = []
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "\"") { return String(decoding: text, as: UTF8.self) }
      guard byte == UInt8(ascii: "\\") else {
        text.append(byte)
        continue
      }
      guard let escaped = rest.popFirst() else { return nil }
      switch escaped {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(escaped)
      default: text += [byte, escaped]
      }
    }
    return nil
  }
}
