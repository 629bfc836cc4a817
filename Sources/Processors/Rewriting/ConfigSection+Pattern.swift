internal import Configuration
internal import Patterns

extension ConfigSection {
  /// A regular expression; nil where the key is absent, empty or a problem.
  func pattern(_ key: String) -> Pattern? {
    guard let text = string(key), !text.isEmpty else { return nil }
    return pattern(text, of: key, at: node(key)?.location ?? location)
  }

  /// The regular expression `text`, written at `place` as the value of `key` or a part of it.
  func pattern(_ text: String, of key: String, at place: ConfigLocation) -> Pattern? {
    do {
      return try Pattern(text)
    } catch {
      problem(place, key, "\"\(text)\" is no regular expression: \(error)")
      return nil
    }
  }
}
