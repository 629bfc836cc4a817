/// libyaml's messages in the words of people who write configurations.
enum YAMLWords {
  /// A message, and whether it is about the beginning of the construct instead of its end.
  struct Explanation {
    let message: String
    let isAboutContext: Bool

    init(_ message: String, isAboutContext: Bool = false) {
      self.message = message
      self.isAboutContext = isAboutContext
    }
  }

  /// What to say where the bytes are no text.
  static func unreadable(_ problem: String) -> String {
    problem == "control characters are not allowed"
      ? "a control character is not allowed here; write it as an escape in double quotes"
      : "the text is not UTF-8 (\(problem))"
  }

  /// What to say about `problem` within `context`, where `found` is the byte at its place.
  static func explain(_ problem: String, _ context: String, found: UInt8?) -> Explanation {
    switch problem {
    case "found character that cannot start any token": return strayCharacter(found)
    case "found unexpected end of stream" where context.contains("quoted scalar"):
      return Explanation("this quoted text has no closing quote", isAboutContext: true)
    case "found unexpected document indicator" where context.contains("quoted scalar"):
      return Explanation("this quoted text has no closing quote", isAboutContext: true)
    case "found unknown escape character":
      return Explanation(
        "unknown escape in double quotes; write \\\\ for a backslash or use single quotes")
    case "mapping values are not allowed in this context":
      return Explanation(
        "a \": \" cannot stand here; check the indentation, and put text that contains \": \" in "
          + "quotes")
    case "could not find expected ':'":
      return Explanation("expected \": \" after this key", isAboutContext: true)
    case "block sequence entries are not allowed in this context":
      return Explanation("a list item (\"- \") cannot stand here; begin the list on a new line")
    case "did not find expected alphabetic or numeric character":
      return Explanation(
        "a name of letters and digits must follow & or *; quote the value if it is text")
    default: return structure(problem, context, found)
    }
  }

  private static func structure(
    _ problem: String, _ context: String, _ found: UInt8?
  ) -> Explanation {
    switch problem {
    case "did not find expected key":
      return Explanation("expected a key here; check the indentation and the quotes before it")
    case "did not find expected '-' indicator":
      return Explanation("expected \"- \" here; the items of a list have the same indentation")
    case "did not find expected ',' or ']'" where found == nil:
      return Explanation("this \"[\" is never closed", isAboutContext: true)
    case "did not find expected ',' or '}'" where found == nil:
      return Explanation("this \"{\" is never closed", isAboutContext: true)
    case "did not find expected ',' or ']'" where found == UInt8(ascii: "{"),
      "did not find expected ',' or '}'" where found == UInt8(ascii: "{"):
      return Explanation("a \"{\" cannot stand here; put ${...} in quotes inside [ ] and { }")
    case "did not find expected ',' or ']'":
      return Explanation("expected \",\" or \"]\" here to go on with or close the list")
    case "did not find expected ',' or '}'":
      return Explanation("expected \",\" or \"}\" here to go on with or close the mapping")
    case "did not find expected <document start>":
      return Explanation("expected the end of the text or \"---\" here; check the indentation")
    case "did not find expected node content":
      return Explanation("expected a value here")
    case "found a tab character where an indentation space is expected",
      "found a tab character that violates indentation":
      return Explanation("a tab cannot indent YAML; use spaces")
    case "found undefined tag handle":
      return Explanation("unknown tag; quote the value if it is text that begins with !")
    default:
      return Explanation(context.isEmpty ? problem : "\(problem) \(context)")
    }
  }

  private static func strayCharacter(_ found: UInt8?) -> Explanation {
    switch found {
    case UInt8(ascii: "\t"): return Explanation("a tab cannot indent YAML; use spaces")
    case .some(let byte) where byte > 0x20 && byte < 0x7f:
      let character = Character(Unicode.Scalar(byte))
      return Explanation("a value cannot begin with \(character); put it in quotes")
    default: return Explanation("a value cannot begin with this character; put it in quotes")
    }
  }
}
