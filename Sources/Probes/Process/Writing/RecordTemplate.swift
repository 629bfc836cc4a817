internal import Bytes
internal import Diagnostics
internal import Identity
internal import Telemetry

/// A record that was written, of which another is a copy that differs in numbers of the same widths only.
struct RecordTemplate {
  private var bytes: [UInt8] = []
  private var numbers: [UInt64] = []
  private var places: [NumberPlace] = []
  /// What the record's text is made of.
  private var source: [UInt8] = []

  /// Keeps the record of a draft, whose text is made of `source`.
  mutating func keep(
    _ record: Span<UInt8>, of draft: borrowing RecordDraft, source: Span<UInt8>
  ) {
    bytes = Array(copying: record)
    numbers = Array(copying: draft.numbers.span)
    places = Array(copying: draft.places)
    self.source = Array(copying: source)
  }

  /// Writes the record with these numbers and a text made of `source`; where that is not possible it returns false, and the
  /// template is of no use any more.
  mutating func write(
    _ new: Span<UInt64>, source: Span<UInt8>, _ times: inout TimestampText,
    to logs: inout LogsWriter
  ) -> Bool {
    guard self.source.span.isEqual(to: source),
      bytes.exchange(places, numbers, for: new, &times)
    else { return false }
    var kept = numbers.mutableSpan
    for index in new.indices { kept[index] = new[index] }
    logs.add(bytes.span)
    return true
  }
}

extension Array where Element == UInt8 {
  /// Writes those numbers that are others than before into the places of a record; false where one has another width.
  fileprivate mutating func exchange(
    _ places: [NumberPlace], _ old: [UInt64], for new: Span<UInt64>,
    _ times: inout TimestampText
  ) -> Bool {
    let (places, old) = (places.span, old.span)
    var record = mutableSpan
    for index in places.indices {
      let place = places[index]
      let number = Int(place.number)
      if new[number] == old[number] { continue }
      guard record.replace(place, with: new[number], &times) else { return false }
    }
    return true
  }
}

extension MutableSpan where Element == UInt8 {
  /// Writes another value in the place of a number; false where it has another width.
  @inline(__always)
  fileprivate mutating func replace(
    _ place: NumberPlace, with value: UInt64, _ times: inout TimestampText
  ) -> Bool {
    let end = Int(place.end)
    switch place.form {
    case .fixed: store(value, at: end - 8)
    case .moment:
      let text = times.text(WallTime(milliseconds: Int64(bitPattern: value)))
      replace(at: end - text.count, with: text)
    case .varint, .decimal:
      let start = end - Int(place.width)
      precondition(start >= 0 && end <= count, "a number outside the record")
      // All bytes from the first to the last of the number lie within the record, by the check above.
      return unsafe place.form == .varint
        ? replaceVarint(start, end, with: value) : replaceDecimal(start, end, with: value)
    }
    return true
  }

  @inline(__always)
  @unsafe
  private mutating func replaceVarint(_ start: Int, _ end: Int, with value: UInt64) -> Bool {
    guard ByteBuffer.varintByteCount(value) == end - start else { return false }
    var rest = value
    for index in start..<end - 1 {
      // The caller has checked the range.
      unsafe self[unchecked: index] = UInt8(truncatingIfNeeded: rest) | 0x80
      rest >>= 7
    }
    // See above.
    unsafe self[unchecked: end - 1] = UInt8(truncatingIfNeeded: rest)
    return true
  }

  @inline(__always)
  @unsafe
  private mutating func replaceDecimal(_ start: Int, _ end: Int, with value: UInt64) -> Bool {
    var (rest, digit, index) = (value, UInt8(0), end)
    while index > start {
      index -= 1
      let next = rest / 10
      digit = UInt8(truncatingIfNeeded: rest &- next &* 10)
      // The caller has checked the range.
      unsafe self[unchecked: index] = digit | 0x30
      rest = next
    }
    return rest == 0 && (digit != 0 || end - start == 1)
  }
}
