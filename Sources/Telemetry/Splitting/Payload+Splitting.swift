internal import Bytes

extension Payload {
  /// Divides the payload: the first `count` items, and the others.
  ///
  /// Each part is a request by itself: resources, scopes and a divided metric's name and kind are in
  /// both. A profile is not divided, so that a head of profiles may hold fewer samples, or more where
  /// its first profile alone has more. Pieces on one side of the cut are shared, not copied. To cut
  /// all of a large payload, `divided(itemCount:byteCount:signal:)` is quicker.
  ///
  /// - Parameter count: at least 1.
  /// - Complexity: O(items + bytes of the resource that is divided)
  public func split(afterItems count: Int, signal: Signal) -> (head: Payload, rest: Payload) {
    precondition(count > 0, "a part holds at least one item")
    if count >= itemCount { return (self, .empty) }
    var head = Payload.empty
    var sections = SectionCursor(self)
    while let section = sections.next() {
      let inSection = itemCount(of: section, signal: signal)
      let room = count - head.itemCount
      if inSection <= room {
        head.append(part(section, itemCount: inSection))
        continue
      }
      if room > 0 {
        let slice = joined(section.pieces)
        let plan = SplitPlan(slice.span, shape: RequestShape(signal), wanted: room)
        return divide(slice, section, plan, inSection: inSection, head: head)
      }
      return (head, rest(from: section.pieces.lowerBound, behind: head))
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
    var sections = SectionCursor(self)
    while let section = sections.next() {
      let inSection = itemCount(of: section, signal: signal)
      let whole = part(section, itemCount: inSection)
      if head.byteCount + whole.byteCount <= byteCount {
        head.append(whole)
        continue
      }
      let slice = whole.joined()
      let plan = largestPlan(
        slice, inSection, shape: RequestShape(signal), room: byteCount - head.byteCount)
      if let plan, plan.byteCount(.head) + head.byteCount <= byteCount || head.isEmpty {
        return divide(slice, section, plan, inSection: inSection, head: head)
      }
      guard head.isEmpty, inSection <= 1 else {
        return (head, rest(from: section.pieces.lowerBound, behind: head))
      }
      head.append(whole)
    }
    return (head, .empty)
  }

  /// The plan with the most items in a head of at most `room` bytes, or with one item; nil where
  /// there is nothing to divide.
  private func largestPlan(
    _ slice: ByteSlice, _ inSection: Int, shape: RequestShape, room: Int
  ) -> SplitPlan? {
    guard inSection > 1 else { return nil }
    var best = SplitPlan(slice.span, shape: shape, wanted: 1)
    // The head of `low` items fits, or is the smallest; that of `high` items does not fit.
    var low = 1
    var high = inSection
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

  /// The parts where `section`, which has its bytes in `slice`, is divided by `plan`.
  private func divide(
    _ slice: ByteSlice, _ section: SectionCursor.Section, _ plan: SplitPlan, inSection: Int,
    head: Payload
  ) -> (head: Payload, rest: Payload) {
    var first = head
    let end = section.pieces.upperBound
    if plan.headCount == inSection {
      // Only a profile that is larger than its part comes out whole.
      first.append(part(section, itemCount: inSection))
      return (first, rest(from: end, behind: first))
    }
    first.append(Payload(slices: plan.slices(.head, of: slice), itemCount: plan.headCount))
    var rest = Payload(
      slices: plan.slices(.rest, of: slice), itemCount: inSection - plan.headCount)
    rest.append(part(end..<pieces.count, itemCount: itemCount - first.itemCount - rest.itemCount))
    return (first, rest)
  }

  /// The pieces from `index` on, which hold the items that are not in `head`.
  private func rest(from index: Int, behind head: Payload) -> Payload {
    part(index..<pieces.count, itemCount: itemCount - head.itemCount)
  }
}
