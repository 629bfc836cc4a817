internal import Queues

/// One timer for all deadlines of a connection.
///
/// Deadlines move with every byte, the timer only when it fires too early or too late.
/// Confined to the shard.
final class DeadlineWatch {
  private let shard: Shard
  private var timer: ShardTimer?
  private var armed: MonotonicTime?
  private var check: (() -> Void)?

  /// A watch that calls `check` at the latest at each deadline it was told; hold the owner weakly.
  init(_ shard: Shard, check: @escaping () -> Void) {
    self.shard = shard
    self.check = check
  }

  /// Makes sure that the check happens at `deadline` or before.
  func expect(_ deadline: MonotonicTime?) {
    guard let deadline, check != nil else { return }
    if let armed, armed <= deadline { return }
    timer?.cancel()
    armed = deadline
    timer = shard.schedule(after: deadline - shard.clock.now) { [weak self] in
      guard let self else { return }
      armed = nil
      check?()
    }
  }

  func stop() {
    timer?.cancel()
    timer = nil
    check = nil
  }
}

/// The earlier of two moments or the shorter of two times, of which either may be missing.
func earlier<Value: Comparable>(_ left: Value?, _ right: Value?) -> Value? {
  guard let left else { return right }
  guard let right else { return left }
  return min(left, right)
}
