internal import CYAML

/// The events of a YAML text, one after the other.
// @safe: both pointers are private, allocated in init, freed in deinit, and never handed out.
@safe struct YAMLEvents: ~Copyable {
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let input: UnsafeMutableBufferPointer<UInt8>

  /// The events of `text`, which is copied.
  init(_ text: [UInt8]) throws(YAMLError) {
    // unsafe: plain allocation; initialised in full before use and freed in deinit.
    unsafe input = .allocate(capacity: max(text.count, 1))
    // unsafe: the buffer has room for the whole text.
    _ = unsafe input.initialize(from: text)
    // unsafe: libyaml keeps pointers into its parser, so it lives at a fixed address.
    unsafe parser = .allocate(capacity: 1)
    // unsafe: zero bytes are a valid yaml_parser_t for yaml_parser_delete.
    unsafe parser.initialize(to: yaml_parser_t())
    // unsafe: the parser was allocated above.
    guard unsafe yaml_parser_initialize(parser) == 1 else {
      throw YAMLError(line: 0, column: 0, message: "no memory left to read YAML")
    }
    // unsafe: the input outlives the parser; both die in deinit.
    unsafe yaml_parser_set_input_string(parser, input.baseAddress, text.count)
  }

  deinit {
    // unsafe: initialised in init, deleted once.
    unsafe yaml_parser_delete(parser)
    // unsafe: allocated in init, freed once.
    unsafe parser.deallocate()
    // unsafe: allocated in init, freed once, after the parser that reads it.
    unsafe input.deallocate()
  }

  /// The next event; do not call it again after the end of the stream or an error.
  mutating func next() throws(YAMLError) -> YAMLEvent {
    // unsafe: a zeroed event is what yaml_parser_parse fills and yaml_event_delete accepts.
    var event = unsafe yaml_event_t()
    // unsafe: both pointers are valid for the call.
    guard unsafe yaml_parser_parse(parser, &event) == 1 else { throw failure() }
    defer {
      // unsafe: filled by yaml_parser_parse, deleted once; its texts were copied.
      unsafe yaml_event_delete(&event)
    }
    // unsafe: reads the plain numbers of the event.
    let (line, column) = unsafe (event.start_mark.line + 1, event.start_mark.column + 1)
    // unsafe: reads the active member of the union only; see `content`.
    let (kind, anchor, tag) = unsafe YAMLEvents.content(event)
    return YAMLEvent(kind: kind, anchor: anchor, tag: tag, line: line, column: column)
  }

  // unsafe: each case reads only the union member that the event's type says is active.
  private static func content(
    _ event: yaml_event_t
  ) -> (kind: YAMLEvent.Kind, anchor: String?, tag: String?) {
    switch unsafe event.type {
    case YAML_STREAM_START_EVENT: return (.streamStart, nil, nil)
    case YAML_DOCUMENT_START_EVENT: return (.documentStart, nil, nil)
    case YAML_DOCUMENT_END_EVENT: return (.documentEnd, nil, nil)
    case YAML_ALIAS_EVENT:
      // unsafe: the active member.
      return (.alias(unsafe text(event.data.alias.anchor) ?? ""), nil, nil)
    case YAML_SCALAR_EVENT:
      // unsafe: the active member.
      let scalar = unsafe event.data.scalar
      // unsafe: libyaml promises `length` bytes of valid UTF-8 at `value`.
      let bytes = unsafe UnsafeBufferPointer(start: scalar.value, count: scalar.length)
      let value = unsafe String(decoding: bytes, as: UTF8.self)
      // unsafe: reads a plain number.
      let isPlain = unsafe scalar.style == YAML_PLAIN_SCALAR_STYLE
      return unsafe (.scalar(value, isPlain: isPlain), text(scalar.anchor), text(scalar.tag))
    case YAML_SEQUENCE_START_EVENT:
      // unsafe: the active member.
      let start = unsafe event.data.sequence_start
      return unsafe (.sequenceStart, text(start.anchor), text(start.tag))
    case YAML_SEQUENCE_END_EVENT: return (.sequenceEnd, nil, nil)
    case YAML_MAPPING_START_EVENT:
      // unsafe: the active member.
      let start = unsafe event.data.mapping_start
      return unsafe (.mappingStart, text(start.anchor), text(start.tag))
    case YAML_MAPPING_END_EVENT: return (.mappingEnd, nil, nil)
    default: return (.streamEnd, nil, nil)
    }
  }

  // unsafe: libyaml's texts end with a zero byte.
  private static func text(_ bytes: UnsafeMutablePointer<yaml_char_t>?) -> String? {
    // unsafe: see above.
    unsafe bytes.map { unsafe String(cString: $0) }
  }

  private func failure() -> YAMLError {
    // unsafe: reads the parser's error fields, texts that are constants of libyaml.
    let problem = unsafe parser.pointee.problem.map { unsafe String(cString: $0) } ?? "not YAML"
    // unsafe: as above.
    let context = unsafe parser.pointee.context.map { unsafe String(cString: $0) } ?? ""
    // unsafe: reads plain numbers.
    let isReaderError = unsafe parser.pointee.error == YAML_READER_ERROR
    if isReaderError {
      // unsafe: reads a plain number.
      let offset = unsafe parser.pointee.problem_offset
      let place = self.place(offset: offset)
      return YAMLError(
        line: place.line, column: place.column, message: YAMLWords.unreadable(problem))
    }
    // unsafe: reads plain numbers.
    let (mark, start) = unsafe (parser.pointee.problem_mark, parser.pointee.context_mark)
    let words = YAMLWords.explain(
      problem, context, found: byte(line: mark.line, column: mark.column))
    let place = words.isAboutContext ? start : mark
    return YAMLError(line: place.line + 1, column: place.column + 1, message: words.message)
  }

  private func byte(line: Int, column: Int) -> UInt8? {
    // unsafe: reads within the buffer.
    let lines = unsafe input.split(
      separator: UInt8(ascii: "\n"), maxSplits: line, omittingEmptySubsequences: false)
    guard unsafe line < lines.count else { return nil }
    // unsafe: as above. Columns count characters, so bytes that continue one are left out.
    let starts = unsafe lines[line].filter { $0 & 0xc0 != 0x80 }
    return column < starts.count ? starts[column] : nil
  }

  private func place(offset: Int) -> (line: Int, column: Int) {
    // unsafe: reads within the buffer.
    let before = unsafe input.prefix(min(max(offset, 0), input.count))
    // unsafe: as above.
    let line = unsafe before.count { $0 == UInt8(ascii: "\n") }
    // unsafe: as above.
    let column = unsafe before.reversed().prefix { $0 != UInt8(ascii: "\n") }.count
    return (line + 1, column + 1)
  }
}
