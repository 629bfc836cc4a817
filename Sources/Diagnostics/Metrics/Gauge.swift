internal import Synchronization

/// A number that goes up and down, set from any thread.
public final class Gauge: Sendable {
  private let level = Atomic<Int>(0)

  /// A gauge at zero.
  public init() {}

  /// Sets the number.
  public func set(_ value: Int) {
    level.store(value, ordering: .relaxed)
  }

  /// Adds `amount`, which may be negative.
  public func add(_ amount: Int) {
    level.wrappingAdd(amount, ordering: .relaxed)
  }

  /// The number now.
  public var value: Int { level.load(ordering: .relaxed) }
}
