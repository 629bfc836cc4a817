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
    while true {
      let end = takeRow(bytes, start..<content.upperBound, plan)
      if end > start {
        insertion = end
        isPlaced = true
        start = end
        reader = WireReader(bytes, in: start..<content.upperBound)
      }
      guard let field = try reader.nextField() else { return }
      if field.number == plan.attributes, field.type == .length {
        try add(bytes, from: start, content: reader.readLength())
        insertion = reader.position
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

  /// Takes attributes from the beginning of `range` on as long as each is short, a key and a value and
  /// nothing else; returns the offset behind them.
  ///
  /// Nearly all attributes are so, and most of them are not wanted: they cost no more than a look at their
  /// lengths.
  @inline(__always)
  private mutating func takeRow(
    _ bytes: Span<UInt8>, _ range: Range<Int>, _ plan: LoadPlan
  ) -> Int {
    // All offsets are checked against the range, which lies within the bytes.
    unsafe bytes.withUnsafeBufferPointer { bytes in
      var start = range.lowerBound
      // Tag, length, tag of the key and its length are the least.
      while start &+ 4 <= range.upperBound, unsafe bytes[start] == plan.attributeTag {
        let length = Int(unsafe bytes[start &+ 1])
        let end = start &+ 2 &+ length
        guard length < 0x80, end <= range.upperBound, unsafe bytes[start &+ 2] == 0x0A else {
          break
        }
        let keyStart = start &+ 4
        let keyEnd = keyStart &+ Int(unsafe bytes[start &+ 3])
        // The length of a value of a short attribute is one byte, and so is that of its key.
        guard keyEnd &+ 2 <= end, unsafe bytes[keyEnd] == 0x12,
          keyEnd &+ 2 &+ Int(unsafe bytes[keyEnd &+ 1]) == end
        else { break }
        if plan.wantsKey(of: keyEnd &- keyStart) {
          var entry = Entry()
          entry.field = start..<end
          entry.content = (start &+ 2)..<end
          entry.key = Place(start: keyStart, end: keyEnd)
          entry.value = Place(start: keyEnd &+ 2, end: end)
          entry.isPlain = true
          entries.append(entry)
        }
        start = end
      }
      return start
    }
  }

  /// Adds the attribute whose field begins at `start` and whose `KeyValue` has its fields at `content`.
  private mutating func add(
    _ bytes: Span<UInt8>, from start: Int, content: Range<Int>
  ) throws(WireError) {
    var entry = Entry()
    entry.field = start..<content.upperBound
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
