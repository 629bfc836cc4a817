internal import Bytes
internal import Identity
internal import Telemetry

/// The records that were written last of some shapes: a shape is all that two records have in common beside numbers and
/// the text that is compared by itself.
///
/// Bounded: each shape has one place, which another may take over.
struct RecordTemplates<Shape: Equatable & BitwiseCopyable> {
  /// What a shape tells apart by where it lies in memory, which is nothing else's as long as it is kept.
  struct Anchor {
    var program = ProcessProgram.unknown
    var script = ByteSlice.empty
    var directory = ByteSlice.empty
  }

  private static var placeCount: Int { 64 }
  /// Longer ones, and those below 128 bytes, have lengths of other widths; and none is kept that takes much memory.
  private static var sizes: Range<Int> { 128..<4096 }

  private var shapes = [Shape?](repeating: nil, count: RecordTemplates.placeCount)
  private var anchors = [Anchor](repeating: Anchor(), count: RecordTemplates.placeCount)
  private var templates = [RecordTemplate](
    repeating: RecordTemplate(), count: RecordTemplates.placeCount)

  /// Writes the record with these numbers and a text made of `source` where one of its shape is kept; else returns false.
  ///
  /// `hint` is the same for records of one shape.
  mutating func write(
    _ shape: Shape, at hint: Int, _ numbers: Span<UInt64>, source: Span<UInt8>,
    _ times: inout TimestampText, to logs: inout LogsWriter
  ) -> Bool {
    let place = hint & (RecordTemplates.placeCount - 1)
    guard shapes[place] == shape else { return false }
    if templates[place].write(numbers, source: source, &times, to: &logs) { return true }
    shapes[place] = nil
    return false
  }

  /// Keeps a record that was written as this draft.
  mutating func keep(
    _ record: Span<UInt8>, of draft: borrowing RecordDraft, _ shape: Shape, at hint: Int,
    source: Span<UInt8>, _ anchor: Anchor
  ) {
    guard RecordTemplates.sizes.contains(record.count) else { return }
    let place = hint & (RecordTemplates.placeCount - 1)
    shapes[place] = shape
    anchors[place] = anchor
    templates[place].keep(record, of: draft, source: source)
  }

  /// Forgets all.
  mutating func removeAll() {
    for place in shapes.indices { shapes[place] = nil }
  }
}
