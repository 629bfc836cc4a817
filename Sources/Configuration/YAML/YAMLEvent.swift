/// One step of a YAML stream with the place where it begins.
struct YAMLEvent {
  /// What begins, ends or stands there.
  enum Kind {
    case streamStart
    case streamEnd
    case documentStart
    case documentEnd
    case alias(String)
    case scalar(String, isPlain: Bool)
    case sequenceStart
    case sequenceEnd
    case mappingStart
    case mappingEnd
  }

  /// What the step is.
  let kind: Kind
  /// The name after `&`.
  var anchor: String?
  /// The full tag, such as `tag:yaml.org,2002:str`.
  var tag: String?
  /// The line, from 1.
  let line: Int
  /// The column, from 1.
  let column: Int
}

/// Why a text is not YAML.
struct YAMLError: Error {
  /// The line, from 1.
  let line: Int
  /// The column, from 1.
  let column: Int
  /// What is wrong in plain words.
  let message: String
}
