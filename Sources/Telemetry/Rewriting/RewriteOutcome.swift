/// What a rewriting program made of a payload.
public struct RewriteOutcome: Sendable {
  /// The payload; its slices are those that went in where nothing in them changed.
  public let payload: Payload
  /// What could not be converted.
  public let failures: [RewriteFailure]
}
