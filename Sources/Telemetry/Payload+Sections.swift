extension Payload {
  /// The number of items in a section.
  ///
  /// - Complexity: O(items) where it is one piece
  func itemCount(of section: SectionCursor.Section, signal: Signal) -> Int {
    section.itemCount
      ?? PayloadCounter.countItems(pieces[section.pieces.lowerBound], signal: signal)
  }

  /// The payload of a section, which has `itemCount` items.
  func part(_ section: SectionCursor.Section, itemCount: Int) -> Payload {
    Payload(rope: Array(pieces[section.pieces]), itemCount: itemCount)
  }
}
