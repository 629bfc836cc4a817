public import Dispatch

// Unchecked: `value` proves the queue at every access.
/// A value that only code running on its shard may touch.
public struct ShardBound<Value>: @unchecked Sendable {
  private let stored: Value
  /// The shard to which the value belongs.
  public let shard: Shard

  /// Binds `value`, which nobody else may use any more, to `shard`.
  public init(_ value: sending Value, to shard: Shard) {
    stored = value
    self.shard = shard
  }

  /// The value.
  ///
  /// - Precondition: The caller runs on the shard.
  public var value: Value {
    shard.assertIsCurrent()
    return stored
  }
}

// Unchecked: `value` proves the queue at every access.
/// A value that only code running on its serial queue may touch.
public struct QueueBound<Value>: @unchecked Sendable {
  private let stored: Value
  /// The queue to which the value belongs.
  public let queue: DispatchQueue

  /// Binds `value`, which nobody else may use any more, to `queue`.
  public init(_ value: sending Value, to queue: DispatchQueue) {
    stored = value
    self.queue = queue
  }

  /// The value.
  ///
  /// - Precondition: The caller runs on the queue.
  public var value: Value {
    dispatchPrecondition(condition: .onQueue(queue))
    return stored
  }
}
