extension ShardBound {
  /// Binds `value`, which already lives on `shard`, so that a closure may carry it away and back.
  ///
  /// - Precondition: The caller runs on the shard.
  public init(confined value: Value, to shard: Shard) {
    shard.assertIsCurrent()
    // The value stays with its shard: `value` asserts the queue whenever it is taken out.
    nonisolated(unsafe) let carried = value
    unsafe self.init(carried, to: shard)
  }
}
