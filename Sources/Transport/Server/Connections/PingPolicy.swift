internal import Queues

/// How often a client may ping, as gRPC's `enforcement_policy` names it; gRPC keepalive, "Server enforcement".
public struct PingPolicy: Sendable {
  /// The least time between two pings of a client that has requests under way.
  public var minimumInterval = Duration.seconds(300)
  /// Whether a client without requests may ping as often; else once in two hours.
  public var permitsWithoutStream = false

  /// The defaults of gRPC servers.
  public init() {}
}

/// Counts a client's pings that came too soon.
struct PingStrikes {
  /// As gRPC servers have it: the third early ping in a row is one too many.
  private static let allowed = 2
  private static let intervalWithoutStream = Duration.seconds(7200)

  private let policy: PingPolicy
  private var last: MonotonicTime?
  private var count = 0

  init(_ policy: PingPolicy) {
    self.policy = policy
  }

  /// Forgets what was counted: an answer was sent, and pings around answers are no abuse.
  mutating func forgive() {
    last = nil
    count = 0
  }

  /// Notes a ping; true where it is one too many.
  mutating func ping(at now: MonotonicTime, hasStreams: Bool) -> Bool {
    let interval =
      hasStreams || policy.permitsWithoutStream
      ? policy.minimumInterval : PingStrikes.intervalWithoutStream
    if let last, now < last + interval { count += 1 }
    last = now
    return count > PingStrikes.allowed
  }
}
