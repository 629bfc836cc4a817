internal import Bytes

extension Payload {
  /// How many times the payload's bytes its parts may copy in all.
  ///
  /// Every part repeats its resource and scope. Where these are large and the parts small, dividing
  /// ends here, and one last part holds the rest: time and memory stay proportional to the payload.
  public static let maximumCopies = 8

  /// The payload in parts of at most `itemCount` items and `byteCount` bytes, in order.
  ///
  /// Each part is a request by itself, as those of `split(afterItems:signal:)`, and holds as many
  /// items as fit, at least one; a profile is not divided. Only the last part may be without items,
  /// such as a metric that has no data points. Other than repeated splitting this reads the payload
  /// once; a rope that fits into a part is not even read.
  ///
  /// - Parameters:
  ///   - itemCount: at least 1.
  ///   - byteCount: the most bytes in a part, unless it holds a single item.
  /// - Complexity: O(bytes)
  public func divided(
    itemCount maximumItems: Int, byteCount maximumBytes: Int = .max, signal: Signal
  ) -> [Payload] {
    precondition(maximumItems > 0, "a part holds at least one item")
    if itemCount <= 1 || itemCount <= maximumItems && byteCount <= maximumBytes { return [self] }
    var parts: [Payload] = []
    var current = Payload.empty
    var sections = SectionCursor(self)
    while let section = sections.next() {
      let count = itemCount(of: section, signal: signal)
      let whole = part(section, itemCount: count)
      let fits =
        current.itemCount + count <= maximumItems
        && current.byteCount + whole.byteCount <= maximumBytes
      if fits || count == 0 {
        current.append(whole)
        continue
      }
      var division = SliceDivision(
        whole.joined(), shape: RequestShape(signal), maximumItems: maximumItems,
        maximumBytes: maximumBytes, after: current)
      parts.append(contentsOf: division.run())
      current = parts.popLast() ?? .empty
    }
    if !current.pieces.isEmpty { parts.append(current) }
    return parts
  }
}
