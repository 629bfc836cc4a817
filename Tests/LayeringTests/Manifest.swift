/// The dependencies that Package.swift declares.
enum Manifest {
  /// The dependencies of each `module("Name", ..., "Dependency")`, by name.
  static func dependencies(in text: String) -> [String: [String]] {
    var found: [String: [String]] = [:]
    var rest = text[...]
    while let call = rest.firstRange(of: "module(") {
      let isDeclaration = rest[..<call.lowerBound].hasSuffix("func ")
      rest = rest[call.upperBound...]
      guard !isDeclaration, let end = rest.firstIndex(of: ")") else { continue }
      let names = quoted(in: rest[..<end])
      if let name = names.first { found[name] = Array(names.dropFirst()) }
    }
    return found
  }

  private static func quoted(in text: Substring) -> [String] {
    let parts = text.split(separator: "\"", omittingEmptySubsequences: false)
    return stride(from: 1, to: parts.count, by: 2).map { String(parts[$0]) }
  }
}
