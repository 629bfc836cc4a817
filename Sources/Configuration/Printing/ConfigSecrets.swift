/// Which values of a configuration are never printed.
///
/// Components mark what they read as secrets. What no component has read, because its type is
/// unknown or a section before it is wrong, is judged by its key's name.
public struct ConfigSecrets: Sendable {
  private var paths: Set<String> = []
  private static let words = [
    "password", "passwd", "passphrase", "secret", "token", "apikey", "authorization",
    "credential", "privatekey", "keypem", "cookie",
  ]

  /// No marks; names alone decide.
  public init() {}

  /// Marks the value at the path of keys, and everything in it.
  public mutating func mark(_ path: String) {
    paths.insert(path)
  }

  /// Whether the value at `path` is marked.
  public func isMarked(_ path: String) -> Bool {
    paths.contains(path)
  }

  /// Whether text under this key is taken for a secret without a mark.
  static func isSuspicious(_ key: String) -> Bool {
    let plain = key.lowercased().filter { $0 != "_" && $0 != "-" }
    return words.contains { plain.contains($0) }
  }

  /// Whether all texts of a mapping under this key are taken for secrets without marks.
  static func holdsSecrets(_ key: String) -> Bool {
    key == "headers" || key.hasSuffix("_headers")
  }

  /// `text` without the user and password of an address such as `https://user:word@host`.
  static func withoutUser(_ text: String) -> String {
    var parts: [Substring] = []
    var rest = text[...]
    while let scheme = rest.range(of: "://") {
      parts.append(rest[..<scheme.upperBound])
      rest = rest[scheme.upperBound...]
      let authority = rest.prefix { !"/?# ,\"'".contains($0) }
      guard let at = authority.lastIndex(of: "@") else { continue }
      parts.append("[REDACTED]")
      rest = rest[at...]
    }
    return parts.joined() + rest
  }
}

extension Substring {
  /// The first occurrence of the text.
  fileprivate func range(of text: String) -> Range<Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
      start = index(after: start)
    }
    return nil
  }
}
