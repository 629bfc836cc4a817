internal import Bytes

/// The attributes of one resource, scope or item while they are edited.
///
/// Entries refer to the bytes of the request, or to the table's own bytes for what edits made. The
/// table's memory is used again for the next item.
struct AttributeTable: ~Copyable {
  /// A range of the request's bytes, or of the table's own.
  struct Place {
    var start = 0
    var end = 0
    /// Whether the range is one of the table's own bytes.
    var isOwn = false

    var range: Range<Int> { start..<end }
  }

  /// One attribute.
  struct Entry {
    enum State {
      /// As it was in the request.
      case kept
      /// In the request, with another value.
      case changed
      /// In the request, and not in what is written.
      case removed
      /// Not in the request.
      case added
    }

    /// The whole field in the request, with its tag.
    var field = 0..<0
    /// The `KeyValue`'s fields in the request.
    var content = 0..<0
    var key = Place()
    /// The fields of the `AnyValue`.
    var value = Place()
    var state = State.kept
    /// Whether the `KeyValue` is a key and a value, in this order and nothing else.
    var isPlain = false
  }

  var entries: [Entry] = []
  /// Where attributes that are added go in the request: behind the others, else where their field
  /// would be.
  var insertion = 0
  /// Whether what is written differs from the request.
  var isChanged = false
  /// The field number of the attributes.
  private(set) var fieldNumber = 0
  /// What edits made.
  var own = ByteBuffer()

  init() {}

  /// Empties the table for a message whose attributes have this field number and fields begin at `start`.
  mutating func begin(fieldNumber: Int, at start: Int) {
    entries.removeAll(keepingCapacity: true)
    own.truncate(to: 0)
    self.fieldNumber = fieldNumber
    insertion = start
    isChanged = false
  }

  /// Adds the attribute whose field lies at `field` and whose `KeyValue` has its fields at `content`.
  mutating func add(
    _ bytes: Span<UInt8>, field: Range<Int>, content: Range<Int>
  ) throws(WireError) {
    var entry = Entry()
    entry.field = field
    entry.content = content
    var reader = WireReader(bytes, in: content)
    var count = 0
    while let next = try reader.nextField() {
      count &+= 1
      if next.number == 1, next.type == .length {
        let range = try reader.readLength()
        (entry.key.start, entry.key.end) = (range.lowerBound, range.upperBound)
        entry.isPlain = count == 1
      } else if next.number == 2, next.type == .length {
        let range = try reader.readLength()
        (entry.value.start, entry.value.end) = (range.lowerBound, range.upperBound)
        entry.isPlain = entry.isPlain && count == 2
      } else {
        try reader.skip(next.type)
        count = 3
      }
    }
    entry.isPlain = entry.isPlain && count == 2
    entries.append(entry)
  }

  /// The index of the first attribute called `key` that is not removed, from `start` on.
  func index(_ bytes: Span<UInt8>, of key: AttributeKey, from start: Int = 0) -> Int? {
    let wanted = key.bytes.span
    let count = wanted.count
    var index = start
    while index < entries.count {
      let place = entries[index].key
      if place.end &- place.start == count, entries[index].state != .removed {
        let isEqual =
          place.isOwn
          ? own.span.extracting(place.range).isEqual(to: wanted)
          : bytes.extracting(place.range).isEqual(to: wanted)
        if isEqual { return index }
      }
      index &+= 1
    }
    return nil
  }

  /// Removes the attribute.
  mutating func remove(at index: Int) {
    isChanged = true
    if entries[index].state == .added {
      entries.remove(at: index)
    } else {
      entries[index].state = .removed
    }
  }

  /// Gives the attribute this value.
  mutating func set(_ value: Place, at index: Int) {
    isChanged = true
    entries[index].value = value
    if entries[index].state == .kept { entries[index].state = .changed }
  }

  /// Adds an attribute of this name and value.
  mutating func append(_ key: Span<UInt8>, _ value: Place) {
    isChanged = true
    var entry = Entry()
    entry.key = keep(key)
    entry.value = value
    entry.state = .added
    entries.append(entry)
  }

  /// Copies bytes into the table's own.
  mutating func keep(_ bytes: Span<UInt8>) -> Place {
    let start = own.count
    own.append(bytes)
    return Place(start: start, end: own.count, isOwn: true)
  }

  /// Writes a value's fields into the table's own bytes.
  mutating func keep(_ value: AttributeValue) -> Place {
    let start = own.count
    value.append(to: &own)
    return Place(start: start, end: own.count, isOwn: true)
  }
}
