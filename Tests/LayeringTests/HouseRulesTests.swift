import Testing

@Suite struct HouseRulesTests {
  let tree = SourceTree()

  @Test("no Swift file in Sources is longer than 400 lines")
  func filesAreShort() {
    let long = tree.files(below: "Sources", suffix: ".swift").compactMap { path -> String? in
      let count = tree.lines(of: path).count
      return count > 400 ? "\(path): \(count)" : nil
    }
    #expect(long == [])
  }

  @Test("no function in Sources is longer than 40 lines")
  func functionsAreShort() {
    let long = tree.files(below: "Sources", suffix: ".swift").flatMap { path -> [String] in
      let lines = tree.lines(of: path)
      return lines.indices.compactMap { start in
        guard let end = endOfFunction(at: start, in: lines), end - start >= 40 else { return nil }
        return "\(path):\(start + 1): \(end - start + 1)"
      }
    }
    #expect(long == [])
  }

  /// The line with the closing brace of the function that begins at `start`; nil where none begins.
  private func endOfFunction(at start: Int, in lines: [Substring]) -> Int? {
    let line = lines[start]
    let isFunction = line.split(separator: " ").prefix(6).contains { word in
      word == "func" || word.hasPrefix("init(") || word.hasPrefix("init?(") || word == "deinit"
    }
    guard isFunction, !line.contains("//"), !line.hasSuffix("}") else { return nil }
    let indent = line.prefix { $0 == " " }
    for index in lines.indices[(start + 1)...] where !lines[index].isEmpty {
      let rest = lines[index].dropFirst(indent.count)
      guard lines[index].hasPrefix(indent) else { return nil }
      if rest == "}" { return index }
      // What follows at the same depth is the rest of the head, or the next requirement of a protocol.
      let isHead = rest.hasPrefix(" ") || rest.hasPrefix(")") || rest.hasPrefix("{")
      if !isHead && !rest.hasPrefix("}") && !rest.hasPrefix("where") { return nil }
    }
    return nil
  }

  @Test("Swift files are ASCII only")
  func filesAreASCII() {
    let paths = ["Sources", "Tests"].flatMap { tree.files(below: $0, suffix: ".swift") }
    let wrong = paths.compactMap { path -> String? in
      let bytes = tree.bytes(of: path) ?? []
      guard let offset = bytes.firstIndex(where: { $0 >= 0x80 }) else { return nil }
      return "\(path):\(bytes[..<offset].count { $0 == 0x0A } + 1)"
    }
    #expect(wrong == [])
  }

  @Test("no file keeps a note of something still to be done")
  func noTODO() {
    // Put together here, so that this file does not hold what it looks for.
    let marks = ["TO" + "DO", "FIX" + "ME", "X" + "XX"]
    let wrong = tree.files(below: "Sources", suffix: ".swift").flatMap { path in
      tree.lines(of: path).enumerated().compactMap { number, line in
        marks.contains { line.contains($0) } ? "\(path):\(number + 1)" : nil
      }
    }
    #expect(wrong == [])
  }

  @Test("messages of the log begin with a small letter, but for acronyms, and have no full stop")
  func messagesAreAlike() {
    let levels = ["debug", "info", "warn", "error"].map { "log.\($0)(" }
    let wrong = tree.files(below: "Sources", suffix: ".swift").flatMap { path -> [String] in
      let lines = tree.lines(of: path)
      return lines.indices.compactMap { index in
        guard let call = levels.compactMap({ lines[index].firstRange(of: $0) }).first else {
          return nil
        }
        // The message stands behind the parenthesis or on the next line.
        var text = lines[index][call.upperBound...]
        if text.isEmpty, index + 1 < lines.count { text = lines[index + 1].drop { $0 == " " } }
        guard text.hasPrefix("\"") else { return nil }
        let message = text.dropFirst().prefix { $0 != "\"" }
        let isAcronym = message.dropFirst().first?.isUppercase ?? false
        let isWrong = message.first?.isUppercase ?? false && !isAcronym || message.hasSuffix(".")
        return isWrong ? "\(path):\(index + 1): \(message)" : nil
      }
    }
    #expect(wrong == [])
  }

  @Test("every component folder has a README.md", arguments: Layers.components)
  func componentsHaveREADMEs(module: String) {
    // A component's folder holds its "XReceiver.swift"; folders without one are shared parts.
    let ending = module.dropLast() + ".swift"
    let folders = tree.entries(of: "Sources/\(module)").filter { folder in
      folder.hasSuffix("/")
        && tree.entries(of: String(folder.dropLast())).contains { $0.hasSuffix(ending) }
    }
    #expect(folders.filter { tree.bytes(of: $0 + "README.md") == nil } == [])
  }

  @Test("every unchecked Sendable and every inlinable has its reason in a comment above")
  func exceptionsHaveReasons() {
    let wrong = tree.files(below: "Sources", suffix: ".swift").flatMap { path -> [String] in
      let lines = tree.lines(of: path)
      return lines.indices.filter { needsReason(lines[$0]) && !hasReason(above: $0, in: lines) }
        .map { "\(path):\($0 + 1)" }
    }
    #expect(wrong == [])
  }

  private func needsReason(_ line: Substring) -> Bool {
    let code = line.firstRange(of: "//").map { line[..<$0.lowerBound] } ?? line
    return code.contains("@unchecked Sendable") || code.contains("@inlinable")
      || code.contains("nonisolated(unsafe)")
  }

  /// Whether a `//` comment stands above a declaration, perhaps with doc comments and attributes
  /// between.
  private func hasReason(above index: Int, in lines: [Substring]) -> Bool {
    for line in lines[..<index].reversed() {
      let text = line.drop { $0 == " " }
      if text.hasPrefix("///") || text.hasPrefix("@") || text.hasPrefix("#") { continue }
      return text.hasPrefix("//")
    }
    return false
  }
}
