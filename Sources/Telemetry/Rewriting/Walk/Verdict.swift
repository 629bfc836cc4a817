/// What is known of a condition at some level.
enum Verdict: Sendable {
  case holds
  case fails
  /// A level further in decides.
  case open
}
