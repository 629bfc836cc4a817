import Testing

@Suite struct DocumentationTests {
  let tree = SourceTree()

  /// The reads of a `ConfigSection` that name an option.
  private static let reads: Set<Substring> = [
    "bool", "int", "double", "string", "strings", "stringMap", "duration", "byteSize", "choice",
    "endpoint", "section", "sections", "secret", "secrets", "headers", "node",
  ]

  @Test("every option that is read from a configuration is in the documentation")
  func optionsAreDocumented() {
    let pages =
      tree.files(below: "docs", suffix: ".md") + tree.files(below: "Sources", suffix: ".md")
    let documented = Set(
      pages.flatMap { words(of: tree.text(of: $0) ?? "") })
    let wrong = tree.files(below: "Sources", suffix: ".swift").flatMap { path -> [String] in
      let lines = tree.lines(of: path)
      return lines.indices.flatMap { index in
        options(readIn: lines[index]).filter { !documented.contains($0) }
          .map { "\(path):\(index + 1): \($0)" }
      }
    }
    #expect(wrong == [])
  }

  @Test("the README lists every type of component")
  func componentsAreListed() {
    let listed = Set(
      tree.lines(of: "README.md")
        .filter { line in
          ["receivers", "processors", "exporters", "extensions"].contains {
            line.hasPrefix("| \($0)")
          }
        }
        .flatMap { words(of: String($0)) })
    let types = Layers.components.flatMap { tree.files(below: "Sources/\($0)", suffix: ".swift") }
      .compactMap { path -> Substring? in
        let parts = (tree.text(of: path) ?? "").split(separator: "ComponentType(", maxSplits: 1)
        guard parts.count == 2 else { return nil }
        return parts[1].drop { $0 != "\"" }.dropFirst().prefix { $0 != "\"" }
      }
    #expect(types.count > 10)
    #expect(types.filter { !listed.contains($0) } == [])
  }

  @Test("every queue is in the table of docs/architecture.md")
  func queuesAreListed() {
    let page = tree.text(of: "docs/architecture.md") ?? ""
    let labels = tree.files(below: "Sources", suffix: ".swift").flatMap { path in
      tree.lines(of: path).compactMap { line -> String? in
        let parts = line.split(separator: "label: \"swiftlet.", maxSplits: 1)
        guard parts.count == 2 else { return nil }
        let name = String(parts[1].prefix { $0 != "\"" })
        return name.replacing("\\(settings.id)", with: "ID").replacing("\\(index)", with: "N")
      }
    }
    #expect(labels.count > 5)
    #expect(labels.filter { !page.contains("`swiftlet.\($0)`") } == [])
  }

  @Test("every link between the documents leads to a file")
  func linksLead() {
    let pages =
      ["README.md", "CONTRIBUTING.md"] + tree.files(below: "docs", suffix: ".md")
      + tree.files(below: "Sources", suffix: ".md")
    let wrong = pages.flatMap { page in
      links(of: tree.text(of: page) ?? "").filter { link in
        let target = link.prefix { $0 != "#" }
        guard !target.isEmpty, !target.contains("://") else { return false }
        let folder = page.split(separator: "/").dropLast().map { $0 + "/" }.joined()
        return tree.bytes(of: folder + target) == nil
      }
      .map { "\(page): \($0)" }
    }
    #expect(wrong == [])
  }

  @Test("every public declaration has a doc comment")
  func declarationsAreDocumented() {
    let wrong = tree.files(below: "Sources", suffix: ".swift").flatMap { path -> [String] in
      let lines = tree.lines(of: path)
      return lines.indices.filter { isPublicDeclaration(lines[$0]) && !isDocumented($0, in: lines) }
        .map { "\(path):\($0 + 1)" }
    }
    #expect(wrong == [])
  }

  /// The names of options that the line reads, such as `timeout` of `section.duration("timeout", ...)`.
  private func options(readIn line: Substring) -> [Substring] {
    line.split(separator: "(\"").adjacentPairs.compactMap { before, after in
      let method = before.reversed().prefix { $0.isLetter || $0 == "." }
      guard let dot = method.lastIndex(of: "."),
        Self.reads.contains(Substring(String(method[..<dot].reversed())))
      else { return nil }
      let name = after.prefix { $0 != "\"" }
      return !name.isEmpty && name.allSatisfy { $0.isLetter || $0 == "_" } ? name : nil
    }
  }

  private func words(of text: String) -> [Substring] {
    text.split { !($0.isLetter || $0.isNumber || $0 == "_") }
  }

  /// The targets of `[text](target)`.
  private func links(of text: String) -> [Substring] {
    text.split(separator: "](").dropFirst().map { $0.prefix { $0 != ")" } }
  }

  private func isPublicDeclaration(_ line: Substring) -> Bool {
    let words = line.split(separator: " ").drop { $0.hasPrefix("@") }
    guard words.first == "public", words.count > 1 else { return false }
    let second = words.dropFirst().first ?? ""
    return second != "import" && second != "extension"
  }

  /// Whether a `///` comment stands above the declaration, perhaps with attributes between.
  private func isDocumented(_ index: Int, in lines: [Substring]) -> Bool {
    for line in lines[..<index].reversed() {
      let text = line.drop { $0 == " " }
      if text.hasPrefix("@") || text.hasPrefix("#") { continue }
      return text.hasPrefix("///")
    }
    return false
  }
}

extension Array {
  /// Each element with the one behind it.
  fileprivate var adjacentPairs: [(Element, Element)] {
    Array<(Element, Element)>(zip(self, dropFirst()))
  }
}
