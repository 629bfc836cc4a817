internal import Bytes

/// The attributes and fields of one message while they are edited, as far as the program wants them.
///
/// It refers to the bytes of the request, or to the draft's own: the program's keys and literals, and what
/// edits made. The draft's memory is used again for the next message.
struct MessageDraft: ~Copyable {
  /// A range of the request's bytes, or of the draft's own.
  struct Place {
    var start = 0
    var end = 0
    /// Whether the range is one of the draft's own bytes.
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
    /// The `KeyValue`'s fields as they are to be written, where they are at hand.
    var pair = Place()
    var state = State.kept
    /// Whether the `KeyValue` is a key and a value, in this order and nothing else.
    var isPlain = false
  }

  /// A field that is no attribute.
  struct Field {
    let number: Int
    /// The whole field in the request, with its tag; empty where it would be.
    var place: Range<Int>
    /// The value: text, bytes or the fields of a message.
    var content = Place()
    /// The value of a number.
    var bits: UInt64 = 0
    /// The whole field with its tag as it is to be written; nil where it stays.
    var written: Place?
  }

  /// What is written in place of a part of the message.
  struct Change {
    enum Content {
      case entry(Int)
      case added
      case field(Int)
    }

    let place: Range<Int>
    /// The field's number, which orders what is inserted at one place.
    let number: Int
    let content: Content
  }

  var kind = MessageKind.resource
  /// Where the message's fields lie in the request.
  var message = 0..<0
  var entries: [Entry] = []
  /// The fields that are there, or were set.
  var fields: [Field] = []
  /// Where attributes that are added go in the request: behind the others, else where their field
  /// would be.
  var insertion = 0
  /// Whether what is written differs from the request.
  var isChanged = false
  /// In the order of their places, once they are arranged.
  var changes: [Change] = []
  /// The program's keys and literals, and behind them what edits made.
  var own = ByteBuffer()
  /// For a value that is on its way from one place in the draft's own bytes to another.
  var scratch = ByteBuffer()
  /// For a message that is written anew there.
  var spare = ByteBuffer()
  /// How many of the draft's own bytes are the program's.
  private var poolCount = -1

  init() {}

  /// Empties the draft for a message whose fields lie at `message`.
  mutating func begin(_ kind: MessageKind, _ message: Range<Int>, _ program: CompiledProgram) {
    if poolCount < 0 {
      let pool = program.pool
      own.append(pool.span)
      poolCount = own.count
    }
    own.truncate(to: poolCount)
    entries.removeAll(keepingCapacity: true)
    fields.removeAll(keepingCapacity: true)
    self.kind = kind
    self.message = message
    insertion = message.lowerBound
    isChanged = false
  }

  /// The bytes at a place.
  @_lifetime(borrow self, copy bytes)
  func content(_ bytes: Span<UInt8>, of place: Place) -> Span<UInt8> {
    place.isOwn ? own.span.extracting(place.range) : bytes.extracting(place.range)
  }

  /// The index of the first attribute with this key that is not removed, from `start` on.
  func index(_ bytes: Span<UInt8>, of wanted: Span<UInt8>, from start: Int = 0) -> Int? {
    var index = start
    while index < entries.count {
      let place = entries[index].key
      if place.end &- place.start == wanted.count, entries[index].state != .removed,
        content(bytes, of: place).isEqual(to: wanted)
      {
        return index
      }
      index &+= 1
    }
    return nil
  }

  /// The index of the first attribute whose key is this one of the draft's own bytes, from `start` on.
  func index(_ bytes: Span<UInt8>, of key: Place, from start: Int = 0) -> Int? {
    index(bytes, of: own.span.extracting(key.range), from: start)
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
  mutating func set(_ bytes: Span<UInt8>, _ value: Place, at index: Int) {
    if content(bytes, of: entries[index].value).isEqual(to: content(bytes, of: value)),
      entries[index].value.end > entries[index].value.start
    {
      return
    }
    isChanged = true
    entries[index].value = value
    entries[index].pair = Place()
    if entries[index].state == .kept { entries[index].state = .changed }
  }

  /// Adds an attribute of this name and value.
  mutating func append(_ key: Place, _ value: Place, pair: Place = Place()) {
    isChanged = true
    var entry = Entry()
    entry.key = key
    entry.value = value
    entry.pair = pair
    entry.state = .added
    entries.append(entry)
  }

  /// Copies bytes into the draft's own.
  mutating func keep(_ bytes: Span<UInt8>) -> Place {
    let start = own.count
    own.append(bytes)
    return Place(start: start, end: own.count, isOwn: true)
  }

  /// Writes a value's fields into the draft's own bytes.
  mutating func keep(_ value: AttributeValue) -> Place {
    let start = own.count
    value.append(to: &own)
    return Place(start: start, end: own.count, isOwn: true)
  }
}
