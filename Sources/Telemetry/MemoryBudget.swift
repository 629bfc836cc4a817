internal import Synchronization

/// The one account of the bytes that batches hold, from admission to delivery.
public final class MemoryBudget: Sendable {
  /// The most bytes that may be held at a time.
  public let limit: Int
  private let held = Atomic<Int>(0)

  /// A budget of `limit` bytes.
  public init(limit: Int) {
    self.limit = limit
  }

  /// The bytes held now.
  public var heldByteCount: Int { held.load(ordering: .relaxed) }

  /// The bytes that may be taken now.
  public var availableByteCount: Int { max(0, limit - heldByteCount) }

  /// Takes `byteCount` from the budget, or nil where that would pass the limit.
  public func reserve(_ byteCount: Int) -> MemoryReservation? {
    let new = held.wrappingAdd(byteCount, ordering: .relaxed).newValue
    if new > limit {
      held.wrappingSubtract(byteCount, ordering: .relaxed)
      return nil
    }
    return MemoryReservation(budget: self, byteCount: byteCount)
  }

  fileprivate func release(_ byteCount: Int) {
    held.wrappingSubtract(byteCount, ordering: .relaxed)
  }

  fileprivate func take(_ byteCount: Int) -> Bool {
    let new = held.wrappingAdd(byteCount, ordering: .relaxed).newValue
    if new > limit {
      held.wrappingSubtract(byteCount, ordering: .relaxed)
      return false
    }
    return true
  }
}

/// A part of the memory budget; given back when it is let go.
public final class MemoryReservation: Sendable {
  private let budget: MemoryBudget
  private let reserved: Atomic<Int>

  fileprivate init(budget: MemoryBudget, byteCount: Int) {
    self.budget = budget
    reserved = Atomic(byteCount)
  }

  deinit {
    budget.release(reserved.load(ordering: .relaxed))
  }

  /// Changes the reservation to `byteCount`; false, and no change, where the budget has no room.
  public func resize(to byteCount: Int) -> Bool {
    let difference = byteCount - reserved.load(ordering: .relaxed)
    if difference > 0, !budget.take(difference) { return false }
    if difference < 0 { budget.release(-difference) }
    reserved.store(byteCount, ordering: .relaxed)
    return true
  }
}
