internal import Queues

/// Processes that ended, in that order, and when they are to be forgotten.
struct ExitQueue {
  private var exits: [(key: ProcessKey, deadline: MonotonicTime)] = []
  private var first = 0

  mutating func append(_ key: ProcessKey, at deadline: MonotonicTime) {
    exits.append((key, deadline))
  }

  /// The process that ended first, if its deadline has come.
  mutating func popDue(at now: MonotonicTime) -> ProcessKey? {
    guard first < exits.count, exits[first].deadline <= now else { return nil }
    return popFirst()
  }

  /// The process that ended first.
  mutating func popFirst() -> ProcessKey? {
    guard first < exits.count else { return nil }
    defer {
      first += 1
      if first >= 1024, first * 2 > exits.count {
        exits.removeFirst(first)
        first = 0
      }
    }
    return exits[first].key
  }
}
