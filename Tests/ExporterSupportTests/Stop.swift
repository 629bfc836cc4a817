import Synchronization

/// A stop that was asked for, and whether it is over.
final class Stop: Sendable {
  private let count = Atomic<Int>(0)
  var isOver: Bool { count.load(ordering: .acquiring) > 0 }
  var callCount: Int { count.load(ordering: .acquiring) }
  func finish() { count.wrappingAdd(1, ordering: .acquiringAndReleasing) }
}
