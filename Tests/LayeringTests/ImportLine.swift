/// One `import` of a Swift file.
struct ImportLine: CustomStringConvertible {
  /// The file and line.
  let place: String
  /// What stands before `import`: attributes and access level.
  let modifiers: [String]
  /// The module imported.
  let module: String

  /// The import that a line is; nil where it is none.
  init?(_ line: Substring, at place: String) {
    var words = line.split(separator: " ").map(String.init)
    guard let position = words.firstIndex(of: "import"),
      words[..<position].allSatisfy({ $0.hasPrefix("@") || Self.levels.contains($0) })
    else { return nil }
    modifiers = Array(words[..<position])
    words.removeFirst(position + 1)
    if let kind = words.first, Self.kinds.contains(kind) { words.removeFirst() }
    guard let name = words.first?.split(separator: ".").first else { return nil }
    module = String(name)
    self.place = place
  }

  var description: String { "\(place): \((modifiers + ["import", module]).joined(separator: " "))" }

  private static let levels: Set<String> = [
    "public", "package", "internal", "fileprivate", "private",
  ]
  private static let kinds: Set<String> = [
    "struct", "class", "enum", "protocol", "typealias", "func", "let", "var",
  ]
}
