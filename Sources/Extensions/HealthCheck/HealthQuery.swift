internal import Bytes

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
    let spaced = text.utf8.map { $0 == UInt8(ascii: "+") ? UInt8(ascii: " ") : $0 }
    return String(decoding: spaced.span.decodingEscapes(after: "%"), as: UTF8.self)
  }
}
