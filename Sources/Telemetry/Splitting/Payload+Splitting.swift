internal import Bytes

extension Payload {
  /// Divides the payload: the first `count` items, and the others.
  ///
  /// Each part is a request by itself: resources, scopes and a divided metric's name and kind are in
  /// both. A profile is not divided, so that a head of profiles may hold fewer samples, or more where
  /// its first profile alone has more. Slices on one side of the cut are shared, not copied. To cut
  /// all of a large payload, `divided(itemCount:byteCount:signal:)` is quicker.
  ///
  /// - Parameter count: at least 1.
  /// - Complexity: O(items + bytes of the resource that is divided)
  public func split(afterItems count: Int, signal: Signal) -> (head: Payload, rest: Payload) {
    precondition(count > 0, "a part holds at least one item")
    if count >= itemCount { return (self, .empty) }
    var head = Payload.empty
    for (index, slice) in slices.enumerated() {
      let inSlice = PayloadCounter.countItems(slice, signal: signal)
      let room = count - head.itemCount
      if inSlice <= room {
        head.append(Payload(slice, itemCount: inSlice))
        continue
      }
      if room > 0 {
        let plan = SplitPlan(slice.span, shape: RequestShape(signal), wanted: room)
        return divide(index, plan, inSlice: inSlice, head: head, signal: signal)
      }
      return (head, following(index, from: .empty, itemCount: itemCount - head.itemCount))
    }
    return (head, .empty)
  }

  /// Divides the payload: as many items as fit into `byteCount`, at least one, and the others.
  ///
  /// The parts are as those of `split(afterItems:signal:)`.
  ///
  /// - Complexity: O(items * log(items) + bytes of the resource that is divided)
  public func split(maximumBytes byteCount: Int, signal: Signal) -> (head: Payload, rest: Payload) {
    if self.byteCount <= byteCount || itemCount <= 1 { return (self, .empty) }
    var head = Payload.empty
    for (index, slice) in slices.enumerated() {
      let inSlice = PayloadCounter.countItems(slice, signal: signal)
      if head.byteCount + slice.count <= byteCount {
        head.append(Payload(slice, itemCount: inSlice))
        continue
      }
      let plan = largestPlan(
        slice, inSlice, shape: RequestShape(signal), room: byteCount - head.byteCount)
      if let plan, plan.byteCount(.head) + head.byteCount <= byteCount || head.isEmpty {
        return divide(index, plan, inSlice: inSlice, head: head, signal: signal)
      }
      guard head.isEmpty, inSlice <= 1 else {
        return (head, following(index, from: .empty, itemCount: itemCount - head.itemCount))
      }
      head.append(Payload(slice, itemCount: inSlice))
    }
    return (head, .empty)
  }

  /// The plan with the most items in a head of at most `room` bytes, or with one item; nil where
  /// there is nothing to divide.
  private func largestPlan(
    _ slice: ByteSlice, _ inSlice: Int, shape: RequestShape, room: Int
  ) -> SplitPlan? {
    guard inSlice > 1 else { return nil }
    var best = SplitPlan(slice.span, shape: shape, wanted: 1)
    // The head of `low` items fits, or is the smallest; that of `high` items does not fit.
    var low = 1
    var high = inSlice
    while high - low > 1 {
      let middle = low + (high - low) / 2
      let plan = SplitPlan(slice.span, shape: shape, wanted: middle)
      if plan.byteCount(.head) <= room {
        low = middle
        best = plan
      } else {
        high = middle
      }
    }
    return best
  }

  /// The parts where the slice at `index`, of `inSlice` items, is divided by `plan`.
  private func divide(
    _ index: Int, _ plan: SplitPlan, inSlice: Int, head: Payload, signal: Signal
  ) -> (head: Payload, rest: Payload) {
    if plan.headCount == inSlice {
      // Only a profile that is larger than its part comes out whole.
      var whole = head
      whole.append(Payload(slices[index], itemCount: inSlice))
      return (whole, following(index + 1, from: .empty, itemCount: itemCount - whole.itemCount))
    }
    var first = head
    first.append(Payload(slices: plan.slices(.head, of: slices[index]), itemCount: plan.headCount))
    let rest = Payload(
      slices: plan.slices(.rest, of: slices[index]), itemCount: inSlice - plan.headCount)
    return (first, following(index + 1, from: rest, itemCount: itemCount - first.itemCount))
  }

  /// `payload` with the slices from `index` on behind it, which hold `itemCount` items in all.
  private func following(_ index: Int, from payload: Payload, itemCount: Int) -> Payload {
    Payload(slices: payload.slices + slices[index...], itemCount: itemCount)
  }
}
