public import Bytes

extension Payload {
  /// Runs `program` over the payload: all of it is rewritten, or nothing and an error is thrown.
  ///
  /// A slice in which nothing changes is shared and not copied. Fields that this build does not know
  /// stay. Profiles, whose attributes refer to a dictionary, are left as they are.
  ///
  /// - Parameter origin: where edits find what they take from the batch's origin.
  /// - Complexity: O(bytes); levels further in than the program looks are not walked
  public func rewritten(
    by program: RewriteProgram, signal: Signal, origin: Origin
  ) throws(WireError) -> RewriteOutcome {
    guard signal != .profiles, !program.stages.isEmpty else {
      return RewriteOutcome(payload: self)
    }
    var walk = RewriteWalk(program.compiled, signal, origin)
    var changed: [ByteSlice]?
    for (index, slice) in slices.enumerated() {
      guard let new = try walk.rewrite(slice) else { continue }
      if changed == nil { changed = slices }
      changed?[index] = new
    }
    let left = itemCount - walk.state.dropped.reduce(0, +)
    let payload = changed.map { slices in
      Payload(slices: slices.filter { !$0.isEmpty }, itemCount: max(0, left))
    }
    return RewriteOutcome(
      payload: payload ?? self, failures: walk.state.failures, dropped: walk.state.dropped,
      droppedEventCount: walk.state.droppedEventCount)
  }
}
