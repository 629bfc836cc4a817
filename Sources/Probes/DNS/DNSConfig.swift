internal import Bytes
internal import Configuration

/// The options of the `dns` section.
struct DNSConfig: ConfigDecodable {
  /// What is told of the names asked for.
  enum QuestionNames: String, CaseIterable, Sendable {
    /// The names.
    case full
    /// The first 16 hexadecimal digits of the SHA-256 of each name.
    case hashed
    /// Nothing, nor the addresses answered.
    case off
  }

  /// The most endings that may be listed.
  static let suffixLimit = 1000

  /// How long an answer is waited for behind the last attempt.
  var timeout = Duration.seconds(10)
  /// Whether multicast DNS, port 5353, is looked at too.
  var includesMulticast = false
  /// Whether each lookup becomes a log record.
  var writesLogs = true
  /// What is told of the names.
  var questionNames = QuestionNames.full
  /// Endings of names that are told of; empty where all are.
  var includedSuffixes: [ByteSlice] = []
  /// Endings of names that are not told of.
  var excludedSuffixes: [ByteSlice] = []

  /// The defaults.
  init() {}

  /// Reads the options from the section; `enabled` is read by whoever makes the capability.
  init(from section: ConfigSection) {
    timeout = section.duration("timeout", default: .seconds(10))
    if timeout < .milliseconds(100) || timeout > .seconds(300) {
      section.problem("timeout", "must be from 100ms to 5m")
    }
    includesMulticast = section.bool("multicast", default: false)
    writesLogs = section.bool("logs", default: true)
    questionNames = section.choice("question_names", default: .full)
    includedSuffixes = DNSConfig.suffixes("include_suffixes", section)
    excludedSuffixes = DNSConfig.suffixes("exclude_suffixes", section)
    section.finish()
  }

  private static func suffixes(_ key: String, _ section: ConfigSection) -> [ByteSlice] {
    let texts = section.strings(key) ?? []
    if texts.count > suffixLimit {
      section.problem(key, "lists more than \(suffixLimit) endings")
    }
    return texts.prefix(suffixLimit).map { text in
      var name = text.lowercased()
      while name.hasPrefix(".") { name.removeFirst() }
      while name.hasSuffix(".") { name.removeLast() }
      if name.isEmpty { section.problem(key, "has an empty ending; leave the list out for all") }
      return ByteSlice(name)
    }
  }

  /// Whether the lookups of a name are told of one by one.
  func tells(of name: Span<UInt8>) -> Bool {
    let isIncluded =
      includedSuffixes.isEmpty || includedSuffixes.contains { name.isDomain(under: $0.span) }
    return isIncluded && !excludedSuffixes.contains { name.isDomain(under: $0.span) }
  }
}

extension Span where Element == UInt8 {
  /// Whether this name is `suffix` or ends with a dot and `suffix`.
  fileprivate func isDomain(under suffix: Span<UInt8>) -> Bool {
    guard count >= suffix.count else { return false }
    let start = count - suffix.count
    guard extracting(start..<count).isEqual(to: suffix) else { return false }
    return start == 0 || self[start - 1] == UInt8(ascii: ".")
  }
}
