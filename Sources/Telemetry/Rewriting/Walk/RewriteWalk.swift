internal import Bytes

/// One pass over the bytes of a slice, which writes the slice anew as far as a program changes it.
///
/// What is not changed is copied in runs as long as they go. A message around a change gets its new
/// length; one without a change is part of a run.
struct RewriteWalk: ~Copyable {
  /// Where a field with a message in it lies.
  struct Spot {
    /// The offset of the tag.
    let start: Int
    let lengthStart: Int
    let content: Range<Int>
  }

  /// A message on the way to the place the walk is at.
  private struct Container {
    let spot: Spot
    /// Whether it goes when all that was in it has been dropped.
    let mayVanish: Bool
    /// How many of the messages in it stay.
    var kept = 0
    /// Whether one of the messages in it was dropped.
    var hasLost = false
    /// How much was written in front of it, and the mark of its length, once it is in the output.
    var outputStart = 0
    var mark = 0
  }

  let program: CompiledProgram
  let signal: Signal
  var state: RewriteState
  /// By level.
  var drafts = InlineArray<5, MessageDraft> { _ in MessageDraft() }
  /// What is written of the slice so far.
  private var output = ByteBuffer()
  /// The offset in the slice up to which it is written.
  private var copied = 0
  /// Whether anything was written or left out.
  private var isTouched = false
  private var containers: [Container] = []
  /// How many of the containers are in the output, from the outermost.
  private var opened = 0

  init(_ program: CompiledProgram, _ signal: Signal, _ origin: Origin) {
    self.program = program
    self.signal = signal
    state = RewriteState(program, origin)
  }

  /// Rewrites one slice of a request; nil where nothing in it changes.
  mutating func rewrite(_ slice: ByteSlice) throws(WireError) -> ByteSlice? {
    copied = 0
    opened = 0
    isTouched = false
    output.truncate(to: 0)
    containers.removeAll(keepingCapacity: true)
    let bytes = slice.span
    var reader = WireReader(bytes)
    var start = 0
    while let field = try reader.nextField() {
      let lengthStart = reader.position
      if field.number == 1, field.type == .length {
        let content = try reader.readLength()
        try rewriteGroup(
          bytes, .resource, Spot(start: start, lengthStart: lengthStart, content: content))
      } else {
        try reader.skip(field.type)
      }
      start = reader.position
    }
    guard isTouched else { return nil }
    output.append(bytes.extracting(copied..<bytes.count))
    return output.takeSlice()
  }

  /// Goes into a message.
  mutating func enter(_ spot: Spot, mayVanish: Bool = false) {
    containers.append(Container(spot: spot, mayVanish: mayVanish))
  }

  /// Goes out of the innermost message, and takes it out where all that was in it is gone.
  mutating func leave(_ bytes: Span<UInt8>) {
    let container = containers.removeLast()
    let end = container.spot.content.upperBound
    guard opened > containers.count else { return keep() }
    opened -= 1
    if container.mayVanish, container.hasLost, container.kept == 0 {
      output.truncate(to: container.outputStart)
      noteLoss()
    } else {
      output.append(bytes.extracting(copied..<end))
      output.closeLength(container.mark, expecting: container.spot.content.count)
      keep()
    }
    copied = end
  }

  /// Counts a message that stays in the one around it.
  mutating func keep() {
    if !containers.isEmpty { containers[containers.count - 1].kept += 1 }
  }

  /// Takes back that a message was counted.
  mutating func forgetKept() {
    if !containers.isEmpty { containers[containers.count - 1].kept -= 1 }
  }

  private mutating func noteLoss() {
    if !containers.isEmpty { containers[containers.count - 1].hasLost = true }
  }

  /// Leaves a message out.
  mutating func remove(_ bytes: Span<UInt8>, _ spot: Spot) {
    catchUp(bytes, to: spot.start)
    copied = spot.content.upperBound
    noteLoss()
  }

  /// Writes all up to `offset`, from where the output differs.
  private mutating func catchUp(_ bytes: Span<UInt8>, to offset: Int) {
    // A sixteenth more is room for what edits add to common items.
    if output.capacity == 0 { output.reserve(bytes.count + bytes.count / 16 + 256) }
    isTouched = true
    while opened < containers.count {
      let spot = containers[opened].spot
      output.append(bytes.extracting(copied..<spot.start))
      containers[opened].outputStart = output.count
      output.append(bytes.extracting(spot.start..<spot.lengthStart))
      containers[opened].mark = output.openLength(expecting: spot.content.count)
      copied = spot.content.lowerBound
      opened += 1
    }
    output.append(bytes.extracting(copied..<offset))
    copied = offset
  }

  /// Writes the changes of a level's draft from the one at `index` on that begin up to `limit`; returns
  /// the index of the next.
  mutating func writeChanges(
    _ level: RewriteContext, from index: Int, upTo limit: Int, _ bytes: Span<UInt8>
  ) throws(WireError) -> Int {
    var index = index
    while index < drafts[level.rawValue].changes.count {
      let change = drafts[level.rawValue].changes[index]
      guard change.place.lowerBound <= limit else { break }
      catchUp(bytes, to: change.place.lowerBound)
      try drafts[level.rawValue].write(change, bytes, to: &output)
      copied = change.place.upperBound
      index += 1
    }
    return index
  }

  /// Writes a message, of which nothing further in is looked at, as the level's draft has it.
  mutating func replace(
    _ level: RewriteContext, _ bytes: Span<UInt8>, _ spot: Spot
  ) throws(WireError) {
    drafts[level.rawValue].arrangeChanges()
    catchUp(bytes, to: spot.lengthStart)
    let mark = output.openLength(expecting: spot.content.count)
    copied = spot.content.lowerBound
    _ = try writeChanges(level, from: 0, upTo: .max, bytes)
    output.append(bytes.extracting(copied..<spot.content.upperBound))
    output.closeLength(mark, expecting: spot.content.count)
    copied = spot.content.upperBound
    keep()
  }

  /// Writes, as field 1 at `offset`, a message that was not there.
  mutating func insert(
    _ level: RewriteContext, _ bytes: Span<UInt8>, at offset: Int
  ) throws(WireError) {
    catchUp(bytes, to: offset)
    output.appendTag(1, .length)
    let mark = output.openLength()
    drafts[level.rawValue].arrangeChanges()
    for index in drafts[level.rawValue].changes.indices {
      let change = drafts[level.rawValue].changes[index]
      try drafts[level.rawValue].write(change, bytes, to: &output)
    }
    output.closeLength(mark)
  }
}
