/// A piece of a path made of a resource attribute, which may be hostile.
///
/// The piece is relative and leads nowhere but down: empty parts, `.` and `..` are left out, control
/// characters become `_`, and length and depth are bounded.
struct PathSegment: Hashable, Sendable {
  /// What stands for a resource without the attribute, or with a value of which nothing is left.
  static let missing = PathSegment(verbatim: "MISSING")
  /// A file's name has at most 255 bytes; the configured path adds its own part.
  private static let maximumPartBytes = 160
  private static let maximumParts = 8

  /// The piece, without a slash at either end.
  let text: String

  private init(verbatim text: String) {
    self.text = text
  }

  /// The piece made of an attribute's value.
  init(_ value: String) {
    // The parts are built of scalars: joined marks must not hide a slash or a dot.
    var parts: [String] = []
    for part in value.unicodeScalars.split(separator: "/") {
      let name = PathSegment.name(String(String.UnicodeScalarView(part)))
      if name.isEmpty || name == "." || name == ".." { continue }
      parts.append(name)
      if parts.count == PathSegment.maximumParts { break }
    }
    text = parts.isEmpty ? PathSegment.missing.text : parts.joined(separator: "/")
  }

  private static func name(_ part: String) -> String {
    var name = ""
    var byteCount = 0
    for scalar in part.unicodeScalars {
      let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
      // A star would make the segment look like a pattern to whoever lists the files.
      let safe: Unicode.Scalar = isControl || scalar == "*" || scalar == "\\" ? "_" : scalar
      byteCount += UTF8.width(safe)
      if byteCount > maximumPartBytes { break }
      name.unicodeScalars.append(safe)
    }
    return name
  }
}
