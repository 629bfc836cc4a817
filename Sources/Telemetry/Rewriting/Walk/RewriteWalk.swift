internal import Bytes

/// One pass over the bytes of a slice, which writes the slice anew as far as a program changes it.
///
/// What is not changed is copied in runs as long as they go, or handed on where they are long. A message
/// around a change gets its new length; one without a change is part of a run.
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
    /// Its tag and its first field in the output, once it is there.
    var outputStart = RewriteOutput.Mark()
    var mark = RewriteOutput.Mark()
  }

  let program: CompiledProgram
  let signal: Signal
  var state: RewriteState
  /// By level.
  var drafts = InlineArray<5, MessageDraft> { _ in MessageDraft() }
  /// What is written of the slice so far.
  private var output: RewriteOutput
  /// The offset in the slice up to which it is written.
  private var copied = 0
  /// Whether anything was written or left out.
  private var isTouched = false
  private var containers: [Container] = []
  /// How many of the containers are in the output, from the outermost.
  private var opened = 0

  init(
    _ program: CompiledProgram, _ signal: Signal, _ origin: Origin, _ sharing: RewriteSharing
  ) {
    output = RewriteOutput(sharing)
    self.program = program
    self.signal = signal
    state = RewriteState(program, origin)
  }

  /// Rewrites one slice of a request; nil where nothing in it changes, else the pieces that it becomes.
  mutating func rewrite(_ slice: ByteSlice) throws(WireError) -> [ByteSlice]? {
    copied = 0
    opened = 0
    isTouched = false
    output.begin(sliceByteCount: slice.count)
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
    output.append(bytes, copied..<bytes.count)
    return output.take(sharing: slice)
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
      output.append(bytes, copied..<end)
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
    isTouched = true
    output.makeRoom()
    while opened < containers.count {
      let spot = containers[opened].spot
      output.append(bytes, copied..<spot.start)
      containers[opened].outputStart = output.end
      output.append(bytes, spot.start..<spot.lengthStart)
      containers[opened].mark = output.openLength(expecting: spot.content.count)
      copied = spot.content.lowerBound
      opened += 1
    }
    output.append(bytes, copied..<offset)
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
      try drafts[level.rawValue].write(change, bytes, to: &output.written)
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
    output.append(bytes, copied..<spot.content.upperBound)
    output.closeLength(mark, expecting: spot.content.count)
    copied = spot.content.upperBound
    keep()
  }

  /// Writes, as field 1 at `offset`, a message that was not there.
  mutating func insert(
    _ level: RewriteContext, _ bytes: Span<UInt8>, at offset: Int
  ) throws(WireError) {
    catchUp(bytes, to: offset)
    output.written.appendTag(1, .length)
    let mark = output.written.openLength()
    drafts[level.rawValue].arrangeChanges()
    for index in drafts[level.rawValue].changes.indices {
      let change = drafts[level.rawValue].changes[index]
      try drafts[level.rawValue].write(change, bytes, to: &output.written)
    }
    output.written.closeLength(mark)
  }
}
