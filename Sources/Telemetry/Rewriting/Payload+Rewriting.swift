public import Bytes

extension Payload {
  /// Runs `program` over the payload: all of it is rewritten, or nothing and an error is thrown.
  ///
  /// A slice in which nothing changed is shared and not copied. One that changes is written anew as a slice
  /// of its own; where most of it stays, it becomes a rope, which shares the long parts that stay.
  /// Fields that this build does not know stay. Profiles, whose attributes refer to a dictionary, are left
  /// as they are.
  ///
  /// - Parameter origin: where edits find what they take from the batch's origin.
  /// - Complexity: O(bytes); levels further in than the program looks are not walked
  public func rewritten(
    by program: RewriteProgram, signal: Signal, origin: Origin
  ) throws(WireError) -> RewriteOutcome {
    try rewritten(by: program, signal: signal, origin: origin, sharing: RewriteSharing())
  }

  /// Runs `program` over the payload, which shares with the result what `sharing` says.
  package func rewritten(
    by program: RewriteProgram, signal: Signal, origin: Origin, sharing: RewriteSharing
  ) throws(WireError) -> RewriteOutcome {
    guard signal != .profiles, !program.stages.isEmpty else {
      return RewriteOutcome(payload: self)
    }
    var walk = RewriteWalk(program.compiled, signal, origin, sharing)
    var changed: Payload?
    var sections = SectionCursor(self)
    while let section = sections.next() {
      let slice = joined(section.pieces)
      let dropped = walk.state.droppedItemCount
      guard let new = try walk.rewrite(slice) else {
        changed?.append(part(section, itemCount: section.itemCount ?? 0))
        continue
      }
      if changed == nil { changed = part(0..<section.pieces.lowerBound, itemCount: 0) }
      var count = 0
      if new.count > 1 {
        // Of the only section all items are.
        count =
          section.pieces == pieces.indices ? itemCount : itemCount(of: section, signal: signal)
        count = max(0, count - walk.state.droppedItemCount + dropped)
      }
      changed?.append(Payload(rope: new, itemCount: count))
    }
    changed?.itemCount = max(0, itemCount - walk.state.droppedItemCount)
    return RewriteOutcome(
      payload: changed ?? self, failures: walk.state.failures, dropped: walk.state.dropped,
      droppedEventCount: walk.state.droppedEventCount)
  }
}
