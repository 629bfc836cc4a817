internal import Bytes

/// One pass over the bytes of a slice, which writes the slice anew as far as a program changes it.
///
/// What is not changed is copied in runs as long as they go. A message around a change gets its new
/// length; one without a change is part of a run.
struct RewriteWalk: ~Copyable {
  /// A message on the way to the place the walk is at.
  private struct Container {
    /// Where its length is in the slice.
    let lengthStart: Int
    let content: Range<Int>
    /// The mark of its length in the output, once it is there.
    var mark = 0
  }

  let program: RewriteProgram
  let signal: Signal
  var state: RewriteState
  var resource = AttributeTable()
  var scope = AttributeTable()
  var item = AttributeTable()
  /// What is written of the slice so far.
  private var output = ByteBuffer()
  /// The offset in the slice up to which it is written.
  private var copied = 0
  private var containers: [Container] = []
  /// How many of the containers are in the output, from the outermost.
  private var opened = 0

  init(_ program: RewriteProgram, _ signal: Signal, _ origin: Origin) {
    self.program = program
    self.signal = signal
    state = RewriteState(program, origin)
  }

  /// Rewrites one slice of a request; nil where nothing in it changes.
  mutating func rewrite(_ slice: ByteSlice) throws(WireError) -> ByteSlice? {
    copied = 0
    opened = 0
    output.truncate(to: 0)
    containers.removeAll(keepingCapacity: true)
    let bytes = slice.span
    var reader = WireReader(bytes)
    while let field = try reader.nextField() {
      let lengthStart = reader.position
      guard field.number == 1, field.type == .length else {
        try reader.skip(field.type)
        continue
      }
      let content = try reader.readLength()
      enter(lengthStart, content)
      try rewriteResourceGroup(bytes, content)
      leave(bytes)
    }
    guard !output.isEmpty else { return nil }
    output.append(bytes.extracting(copied..<bytes.count))
    return output.takeSlice()
  }

  /// Goes into the message whose length is at `lengthStart`.
  mutating func enter(_ lengthStart: Int, _ content: Range<Int>) {
    containers.append(Container(lengthStart: lengthStart, content: content))
  }

  /// Goes out of the innermost message.
  mutating func leave(_ bytes: Span<UInt8>) {
    let container = containers.removeLast()
    guard opened > containers.count else { return }
    output.append(bytes.extracting(copied..<container.content.upperBound))
    output.closeLength(container.mark, expecting: container.content.count)
    copied = container.content.upperBound
    opened -= 1
  }

  /// Writes all up to `offset`, from where the output differs.
  private mutating func catchUp(_ bytes: Span<UInt8>, to offset: Int) {
    // A sixteenth more is room for what edits add to common items.
    if output.capacity == 0 { output.reserve(bytes.count + bytes.count / 16 + 256) }
    while opened < containers.count {
      let container = containers[opened]
      output.append(bytes.extracting(copied..<container.lengthStart))
      containers[opened].mark = output.openLength(expecting: container.content.count)
      copied = container.content.lowerBound
      opened += 1
    }
    output.append(bytes.extracting(copied..<offset))
    copied = offset
  }

  /// Writes the message whose length is at `lengthStart` with the resource's attributes.
  mutating func replaceResource(
    _ bytes: Span<UInt8>, _ lengthStart: Int, _ content: Range<Int>
  ) throws(WireError) {
    catchUp(bytes, to: lengthStart)
    try resource.writeMessage(bytes, content, to: &output)
    copied = content.upperBound
  }

  /// Writes the message whose length is at `lengthStart` with the scope's attributes.
  mutating func replaceScope(
    _ bytes: Span<UInt8>, _ lengthStart: Int, _ content: Range<Int>
  ) throws(WireError) {
    catchUp(bytes, to: lengthStart)
    try scope.writeMessage(bytes, content, to: &output)
    copied = content.upperBound
  }

  /// Writes the message whose length is at `lengthStart` with the item's attributes.
  mutating func replaceItem(
    _ bytes: Span<UInt8>, _ lengthStart: Int, _ content: Range<Int>
  ) throws(WireError) {
    catchUp(bytes, to: lengthStart)
    try item.writeMessage(bytes, content, to: &output)
    copied = content.upperBound
  }

  /// Writes a resource at the beginning of a group that has none.
  mutating func insertResource(_ bytes: Span<UInt8>, _ offset: Int) throws(WireError) {
    catchUp(bytes, to: offset)
    output.appendTag(1, .length)
    try resource.writeMessage(bytes, offset..<offset, to: &output)
  }

  /// Writes a scope at the beginning of a group that has none.
  mutating func insertScope(_ bytes: Span<UInt8>, _ offset: Int) throws(WireError) {
    catchUp(bytes, to: offset)
    output.appendTag(1, .length)
    try scope.writeMessage(bytes, offset..<offset, to: &output)
  }
}
