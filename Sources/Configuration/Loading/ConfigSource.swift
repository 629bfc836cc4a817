/// Where a part of the configuration comes from: one value of `--config`.
public enum ConfigSource: Sendable, Hashable {
  /// A file: a bare path or `file:path`.
  case file(String)
  /// YAML in an environment variable: `env:NAME`.
  case environment(String)
  /// YAML in the value itself: `yaml:text`.
  case yaml(String)

  /// The source that `text` names; the problem's location is the flag.
  public init(_ text: String) throws(ConfigProblem) {
    let (scheme, rest) = ConfigSource.split(text)
    switch scheme {
    case nil: self = .file(text)
    case "file": self = .file(rest)
    case "env": self = .environment(rest)
    case "yaml": self = .yaml(rest)
    case "http", "https":
      throw ConfigSource.problem(
        "\"\(ConfigSecrets.withoutUser(text))\": configurations are not fetched over "
          + "\(scheme ?? ""); fetch the file first and name its path")
    case .some(let scheme):
      throw ConfigSource.problem(
        "\"\(scheme):\" is not a known kind of source; use file:, env: or yaml:")
    }
    if rest.isEmpty {
      throw ConfigSource.problem("\"\(text)\" names nothing; give a path, env:NAME or yaml:TEXT")
    }
  }

  /// What stands before the colon where it has the form of a scheme, and what follows.
  static func split(_ text: String) -> (scheme: String?, rest: String) {
    guard let colon = text.firstIndex(of: ":") else { return (nil, text) }
    let scheme = text[..<colon]
    let isScheme =
      scheme.utf8.count >= 2 && ConfigName.isLetter(scheme.utf8.first ?? 0)
      && scheme.utf8.allSatisfy {
        ConfigName.isLetter($0) || ConfigName.isDigit($0) || $0 == 0x2b || $0 == 0x2d || $0 == 0x2e
      }
    return isScheme ? (String(scheme), String(text[text.index(after: colon)...])) : (nil, text)
  }

  static func problem(_ message: String) -> ConfigProblem {
    ConfigProblem(
      location: ConfigLocation(source: "--config", line: 0, column: 0), path: "", message: message)
  }

  /// The source's name in locations.
  var label: String {
    switch self {
    case .file(let path): path
    case .environment(let name): "env:\(name)"
    case .yaml: "yaml:"
    }
  }
}

/// The names of environment variables.
enum ConfigName {
  /// Whether `text` is `[a-zA-Z_][a-zA-Z0-9_]*`.
  static func isVariable(_ text: String) -> Bool {
    guard let first = text.utf8.first, isLetter(first) || first == UInt8(ascii: "_") else {
      return false
    }
    return text.utf8.allSatisfy { isLetter($0) || isDigit($0) || $0 == UInt8(ascii: "_") }
  }

  static func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }

  static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }
}
