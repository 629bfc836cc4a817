internal import Synchronization

/// Where a shard reads the time from.
public protocol ShardClock: AnyObject, Sendable {
  /// The present moment.
  var now: MonotonicTime { get }

  /// Calls `wake` whenever time jumps, so that a shard can look at its timers again.
  ///
  /// A clock that runs by itself returns false and never calls: the kernel wakes the shard.
  func onJump(_ wake: @escaping @Sendable () -> Void) -> Bool
}

/// The system's monotonic clock.
public final class SystemClock: ShardClock {
  /// The one instance.
  public static let shared = SystemClock()

  private init() {}

  /// The present moment on `CLOCK_MONOTONIC`.
  public var now: MonotonicTime { .now }

  /// Never jumps.
  public func onJump(_ wake: @escaping @Sendable () -> Void) -> Bool { false }
}

/// A clock that stands still until a test moves it.
public final class ManualClock: ShardClock {
  private struct State {
    var now = MonotonicTime(nanoseconds: 1_000_000_000)
    var wakes: [@Sendable () -> Void] = []
  }

  private let state = Mutex(State())

  /// A clock that stands at one second.
  public init() {}

  /// The moment at which the clock stands.
  public var now: MonotonicTime { state.withLock { $0.now } }

  /// Moves the clock forward and wakes the shards that follow it.
  public func advance(by duration: Duration) {
    let wakes = state.withLock { state in
      state.now = state.now + duration
      return state.wakes
    }
    for wake in wakes { wake() }
  }

  /// Keeps `wake` for every later `advance`.
  public func onJump(_ wake: @escaping @Sendable () -> Void) -> Bool {
    state.withLock { $0.wakes.append(wake) }
    return true
  }
}
