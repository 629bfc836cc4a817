internal import Synchronization

/// A number that only grows, counted from any thread.
public final class Counter: Sendable {
  private let count = Atomic<Int>(0)

  /// A counter at zero.
  public init() {}

  /// Adds `amount`.
  public func add(_ amount: Int = 1) {
    count.wrappingAdd(amount, ordering: .relaxed)
  }

  /// The sum so far.
  public var value: Int { count.load(ordering: .relaxed) }
}
