/// Why a tag cannot be honoured.
struct YAMLTagError: Error {
  let message: String
}

/// The tags of YAML's core schema.
enum YAMLTag {
  /// What `!!` stands for.
  static let prefix = "tag:yaml.org,2002:"

  /// What a scalar with this tag means.
  static func scalar(
    _ text: String, isPlain: Bool, tag: String?
  ) throws(YAMLTagError) -> ConfigNode.Content {
    guard let tag else { return isPlain ? YAMLScalar.resolve(text) : .string(text) }
    if tag == "!" { return .string(text) }
    if tag == prefix + "binary" {
      guard let (bytes, text) = YAMLBinary.decode(text) else {
        throw YAMLTagError(
          message: "what is tagged !!binary must be base64 with padding, such as aGk=")
      }
      return .bytes(bytes, text: text)
    }
    let resolved = YAMLScalar.resolve(text)
    switch (tag, resolved) {
    case (prefix + "str", _): return .string(text)
    case (prefix + "null", .null), (prefix + "bool", .bool), (prefix + "int", .int),
      (prefix + "float", .double):
      return resolved
    case (prefix + "float", .int(let value, _)): return .double(Double(value), text: text)
    case (prefix + "merge", _) where text == "<<": return .string(text)
    case (prefix + "null", _), (prefix + "bool", _), (prefix + "int", _), (prefix + "float", _):
      throw YAMLTagError(message: "\"\(text)\" does not fit its tag \(short(tag))")
    default:
      throw YAMLTagError(message: refusal(of: tag, allowed: "str") ?? "")
    }
  }

  /// What to say about a tag other than the allowed one; nil where there is nothing to say.
  static func refusal(of tag: String?, allowed: String) -> String? {
    guard let tag, tag != "!", tag != prefix + allowed else { return nil }
    return "the tag \(short(tag)) is not supported here"
  }

  private static func short(_ tag: String) -> String {
    tag.hasPrefix(prefix) ? "!!" + tag.dropFirst(prefix.count) : tag
  }
}
