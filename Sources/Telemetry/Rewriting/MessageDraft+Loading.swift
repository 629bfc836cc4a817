internal import Bytes

extension MessageDraft {
  /// Takes the attributes and fields that the program wants of the message whose fields lie at `content`.
  mutating func load(
    _ bytes: Span<UInt8>, _ content: Range<Int>, _ kind: MessageKind, _ program: CompiledProgram
  ) throws(WireError) {
    begin(kind, content, program)
    let plan = program.plans[kind.rawValue]
    var reader = WireReader(bytes, in: content)
    var isPlaced = false
    var start = content.lowerBound
    while let field = try reader.nextField() {
      if field.number == plan.attributes, field.type == .length {
        let range = try reader.readLength()
        if !MessageDraft.isSkipped(bytes, range, plan) {
          try add(bytes, field: start..<range.upperBound, content: range)
        }
        insertion = range.upperBound
        isPlaced = true
      } else {
        if field.number < 64, plan.fields >> UInt64(field.number) & 1 == 1 {
          try take(field, &reader, start)
        } else {
          try reader.skip(field.type)
        }
        // Fields are written in the order of their numbers, and so is one that is added.
        if !isPlaced {
          if field.number > plan.attributes { isPlaced = true } else { insertion = reader.position }
        }
      }
      start = reader.position
    }
  }

  /// Whether the `KeyValue` at `content` is a key and a value and nothing else, and nobody wants the key.
  @inline(__always)
  private static func isSkipped(
    _ bytes: Span<UInt8>, _ content: Range<Int>, _ plan: LoadPlan
  ) -> Bool {
    guard content.count >= 4, bytes[content.lowerBound] == 0x0A else { return false }
    let keyCount = Int(bytes[content.lowerBound &+ 1])
    if keyCount >= 0x80 || plan.wantsKey(of: keyCount) { return false }
    let value = content.lowerBound &+ 2 &+ keyCount
    guard value &+ 1 < content.upperBound, bytes[value] == 0x12 else { return false }
    let valueCount = Int(bytes[value &+ 1])
    if valueCount < 0x80 { return value &+ 2 &+ valueCount == content.upperBound }
    guard value &+ 2 < content.upperBound, bytes[value &+ 2] < 0x80 else { return false }
    let count = valueCount & 0x7F | Int(bytes[value &+ 2]) << 7
    return value &+ 3 &+ count == content.upperBound
  }

  /// Adds the attribute whose field lies at `field` and whose `KeyValue` has its fields at `content`.
  private mutating func add(
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

  /// Takes the field whose tag, at `start`, was read; of a field that is there twice the last counts.
  private mutating func take(
    _ field: WireField, _ reader: inout WireReader, _ start: Int
  ) throws(WireError) {
    var taken = Field(number: field.number, place: start..<start)
    switch field.type {
    case .varint: taken.bits = try reader.readVarint()
    case .fixed64: taken.bits = try reader.readFixed64()
    case .fixed32: taken.bits = UInt64(try reader.readFixed32())
    case .length:
      let range = try reader.readLength()
      taken.content = Place(start: range.lowerBound, end: range.upperBound)
    }
    taken.place = start..<reader.position
    if let index = fields.firstIndex(where: { $0.number == field.number }) {
      // Readers join the fields of two such messages; an edit of one of them would miss the other.
      if kind.holdsMessage(in: field.number) { throw WireError(.repeatedField, at: start) }
      fields[index] = taken
    } else {
      fields.append(taken)
    }
  }
}

extension MessageKind {
  /// Whether the field that tests look at is a message, of which there may be one.
  fileprivate func holdsMessage(in number: Int) -> Bool {
    self == .span && number == 15 || self == .logRecord && number == 5
  }
}
