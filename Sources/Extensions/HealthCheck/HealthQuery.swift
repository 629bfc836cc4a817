/// What a health check asks for behind the question mark.
struct HealthQuery: Equatable {
  /// The pipeline asked for; nil for the whole collector.
  var pipeline: String?
  /// Whether every component is to be named.
  var isVerbose = false

  /// The query of a request's target.
  init(_ target: String) {
    guard let mark = target.firstIndex(of: "?") else { return }
    for pair in target[target.index(after: mark)...].split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let value = parts.count == 2 ? HealthQuery.decoded(parts[1]) : ""
      switch parts[0] {
      case "pipeline" where !value.isEmpty: pipeline = value
      case "verbose": isVerbose = value != "false" && value != "0"
      default: break
      }
    }
  }

  /// The text with its `%` escapes and plus signs resolved; a broken escape stays as it is.
  private static func decoded(_ text: Substring) -> String {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      let digits = String(decoding: rest.prefix(2), as: UTF8.self)
      if byte == UInt8(ascii: "%"), digits.utf8.count == 2, let value = UInt8(digits, radix: 16) {
        bytes.append(value)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
