internal import Bytes
internal import Glibc
internal import Procfs

/// Where detectors look: this process's surroundings, or those that a test makes.
struct Surroundings: Sendable {
  /// The value of an environment variable.
  var environment: @Sendable (String) -> String? = { name in
    // The value is copied at once; nothing in this process changes the environment.
    unsafe getenv(name).map { unsafe String(cString: $0) }
  }
  /// What stands in front of the paths of files.
  var root = ""
  /// How long a call may wait for its answer.
  var timeout: Duration = .seconds(5)

  /// The text of a file; nil where it cannot be read.
  func text(_ path: StaticString) -> String? {
    var file = KernelFile(root: root)
    guard (try? file.read(path)) != nil else { return nil }
    return String(copying: file.text)
  }
}

extension String {
  /// The text without blanks and line ends at either end.
  var trimmed: String {
    let bytes = Array(utf8)
    return String(copying: bytes.span.trimmed)
  }

  /// The lines with the text before and behind the first `separator` of each, trimmed.
  func pairs(separatedBy separator: Character) -> [(key: String, value: String)] {
    split(whereSeparator: \.isNewline).compactMap { line in
      let parts = line.split(separator: separator, maxSplits: 1, omittingEmptySubsequences: false)
      return parts.count == 2 ? (String(parts[0]).trimmed, String(parts[1]).trimmed) : nil
    }
  }
}
