extension ConfigSection {
  /// Text; a scalar of another kind keeps the text that was written.
  public func string(_ key: String) -> String? {
    guard let node = node(key) else { return nil }
    if let text = node.text { return text }
    if case .null = node.content { return nil }
    mismatch(key, expected: "text", node)
    return nil
  }

  /// Text that is never printed.
  public func secret(_ key: String) -> Secret? {
    problems.secrets.mark(ConfigPath.join(path, key))
    return string(key).map(Secret.init)
  }

  /// A truth value.
  public func bool(_ key: String, default fallback: Bool) -> Bool {
    guard let node = node(key) else { return fallback }
    switch node.content {
    case .bool(let value, _): return value
    case .null: return fallback
    default:
      unexpected(key, expected: "true or false", node)
      return fallback
    }
  }

  /// A whole number within `range`.
  public func int(
    _ key: String, default fallback: Int, in range: ClosedRange<Int> = 0...Int.max
  ) -> Int {
    guard let node = node(key) else { return fallback }
    switch node.content {
    case .int(let value, _) where range.contains(value): return value
    case .null: return fallback
    case .int(let value, _):
      problem(key, "expected \(ConfigSection.words(for: range)), found \(value)")
    case .string(let text):
      let hint = YAMLScalar.integer(text) == nil ? "" : "; write the number without quotes"
      unexpected(key, expected: ConfigSection.words(for: range), node, hint: hint)
    default: unexpected(key, expected: ConfigSection.words(for: range), node)
    }
    return fallback
  }

  private static func words(for range: ClosedRange<Int>) -> String {
    range.upperBound == Int.max
      ? "a whole number of at least \(range.lowerBound)"
      : "a whole number from \(range.lowerBound) to \(range.upperBound)"
  }

  /// A number within `range`.
  public func double(
    _ key: String, default fallback: Double, in range: ClosedRange<Double>
  ) -> Double {
    guard let node = node(key) else { return fallback }
    let expected = "a number from \(range.lowerBound) to \(range.upperBound)"
    switch node.content {
    case .double(let value, _) where range.contains(value): return value
    case .int(let value, _) where range.contains(Double(value)): return Double(value)
    case .null: return fallback
    case .double(_, let text), .int(_, let text):
      problem(key, "expected \(expected), found \(text)")
    default: unexpected(key, expected: expected, node)
    }
    return fallback
  }

  /// A duration such as `200ms` or `1h30m`, not negative unless that is allowed.
  public func duration(
    _ key: String, default fallback: Duration, allowsNegative: Bool = false
  ) -> Duration {
    guard let node = node(key) else { return fallback }
    let expected = "a duration such as 200ms, 5s or 1h30m"
    switch node.content {
    case .null: return fallback
    case .list, .mapping, .bool, .bytes: unexpected(key, expected: expected, node)
    case .int(let value, let text) where value != 0:
      problem(key, "expected \(expected), found \(text) without a unit; did you mean \(text)s?")
    case .string, .int, .double:
      guard let duration = Duration(configurationText: node.text ?? "") else {
        unexpected(key, expected: expected, node)
        return fallback
      }
      if duration >= .zero || allowsNegative { return duration }
      problem(key, "a negative duration is not allowed here")
    }
    return fallback
  }

  /// A number of bytes: a whole number, or one with a unit such as `64MiB` or `1GB`.
  public func byteSize(
    _ key: String, default fallback: Int, in range: ClosedRange<Int> = 0...Int.max
  ) -> Int {
    guard let node = node(key) else { return fallback }
    let expected = "a size in bytes such as 1048576, 64MiB or 1GB"
    let size: Int
    switch node.content {
    case .null: return fallback
    case .int(let value, _): size = value
    case .string(let text):
      guard let value = ByteSizeText.parse(text) else {
        unexpected(key, expected: expected, node)
        return fallback
      }
      size = value
    default:
      unexpected(key, expected: expected, node)
      return fallback
    }
    if range.contains(size) { return size }
    let limit = range.upperBound == Int.max ? "" : " and at most \(range.upperBound)"
    problem(key, "expected at least \(range.lowerBound) bytes\(limit), found \(size)")
    return fallback
  }

  /// One of the enumeration's texts, where so told in letters of any case.
  public func choice<Choice: RawRepresentable & CaseIterable>(
    _ key: String, default fallback: Choice, ignoringCase: Bool = false
  ) -> Choice where Choice.RawValue == String {
    guard let text = string(key) else { return fallback }
    if let choice = Choice(rawValue: ignoringCase ? text.lowercased() : text) { return choice }
    let known = Choice.allCases.map(\.rawValue)
    let shown = known.map { $0.isEmpty ? "\"\"" : $0 }.joined(separator: ", ")
    problem(key, "\"\(text)\" is not one of \(shown)\(Spelling.hint(for: text, among: known))")
    return fallback
  }
}
