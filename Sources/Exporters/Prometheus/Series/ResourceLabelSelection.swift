/// Which resource attributes become labels.
struct ResourceLabelSelection: Sendable, Equatable {
  /// Patterns of the keys taken; `*` stands for any text.
  var included: [[UInt8]]
  /// Patterns of the keys left out in any case.
  var excluded: [[UInt8]]

  /// No attribute.
  static let none = ResourceLabelSelection(included: [String](), excluded: [])

  /// Attributes by these patterns; where only `excluded` is given, all others.
  init(included: [String], excluded: [String]) {
    self.included = included.map { Array($0.utf8) }
    self.excluded = excluded.map { Array($0.utf8) }
    if included.isEmpty, !excluded.isEmpty { self.included = [Array("*".utf8)] }
  }

  /// Whether any attribute may be selected.
  var isEmpty: Bool { included.isEmpty }

  /// Whether the attribute becomes a label.
  func selects(_ key: [UInt8]) -> Bool {
    included.contains { ResourceLabelSelection.matches(key, $0) }
      && !excluded.contains { ResourceLabelSelection.matches(key, $0) }
  }

  /// Whether `key` is of the form `pattern`; O(key times stars).
  private static func matches(_ key: [UInt8], _ pattern: [UInt8]) -> Bool {
    var (keyPlace, place) = (0, 0)
    var star: (pattern: Int, key: Int)?
    while keyPlace < key.count {
      if place < pattern.count, pattern[place] == UInt8(ascii: "*") {
        star = (place, keyPlace)
        place += 1
      } else if place < pattern.count,
        pattern[place] == key[keyPlace] || pattern[place] == UInt8(ascii: "?")
      {
        place += 1
        keyPlace += 1
      } else if let last = star {
        star = (last.pattern, last.key + 1)
        place = last.pattern + 1
        keyPlace = last.key + 1
      } else {
        return false
      }
    }
    return pattern[place...].allSatisfy { $0 == UInt8(ascii: "*") }
  }
}
