/// What became of one duty of a capability: a line of the report.
public struct ProgramState: Sendable, Equatable {
  /// The capability, such as `process`.
  public let capability: String
  /// The duty, such as `exec`.
  public let duty: String
  /// The hook that does it, or the one that was wanted.
  public let hook: String
  /// The program that does it; nil where nothing does.
  public let program: String?
  /// Why nothing does it; empty where something does.
  public let reason: String
  /// What would turn it on; empty where nothing is known that would.
  public let remedy: String

  /// Whether a program does it.
  public var isOn: Bool { program != nil }

  /// The same duty, which nothing does for this reason.
  func off(_ obstacle: Obstacle) -> ProgramState {
    ProgramState(
      capability: capability, duty: duty, hook: hook, program: nil, reason: obstacle.reason,
      remedy: obstacle.remedy)
  }
}

/// Why something is off, and what would turn it on.
struct Obstacle: Sendable, Equatable {
  let reason: String
  let remedy: String

  /// An obstacle of these words.
  init(_ reason: String, remedy: String = "") {
    self.reason = reason
    self.remedy = remedy
  }
}
