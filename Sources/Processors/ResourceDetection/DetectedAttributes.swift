internal import Telemetry

/// What detectors have found, each attribute once, in the order found.
struct DetectedAttributes: Sendable, Equatable {
  /// No more attributes than this are kept.
  static let countLimit = 256

  /// The attributes.
  private(set) var entries: [AttributeValue.Entry] = []

  /// The value of the attribute called `key`.
  subscript(_ key: String) -> AttributeValue? {
    entries.first { $0.key == key }?.value
  }

  /// Adds an attribute; one that is there, and a missing or empty value, change nothing.
  mutating func add(_ key: String, _ value: AttributeValue?) {
    guard let value, value != .string(""), value != .array([]), self[key] == nil,
      entries.count < DetectedAttributes.countLimit
    else { return }
    entries.append(.init(key, value))
  }

  /// Adds a text.
  mutating func add(_ key: String, text: String?) {
    add(key, text.map { .string($0) })
  }

  /// Adds those of `other` whose name passes `isWanted`.
  mutating func add(_ other: DetectedAttributes, where isWanted: (String) -> Bool) {
    for entry in other.entries where isWanted(entry.key) { add(entry.key, entry.value) }
  }

  /// The program that gives every resource the attributes.
  func program(overrides: Bool) -> RewriteProgram {
    if entries.isEmpty { return RewriteProgram([]) }
    let edits = entries.map { entry in
      AttributeEdit.set(
        AttributeKey(entry.key), .literal(entry.value), overrides ? .upsert : .insert)
    }
    return RewriteProgram([RewriteStage(.resource, edits)])
  }
}

/// Why a detector found nothing.
struct DetectionError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The reason in words for the user.
  let description: String

  /// An error for this reason.
  init(_ description: String) {
    self.description = description
  }
}
