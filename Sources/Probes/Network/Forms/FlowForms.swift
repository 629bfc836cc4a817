internal import Bytes
internal import EBPF
internal import Telemetry

/// Records of flows as they were written, one for each shape that came lately, to be copied and filled in with other numbers.
///
/// All lie in one buffer. Each shape has one place in the table, and one that comes later takes it over.
struct FlowForms: ~Copyable {
  /// From so many bytes on all is begun anew.
  static let byteLimit = 64 * 1024
  private static let placeCount = 64

  private struct Form {
    var shape = FlowShape.none
    /// Where the record's head and its fields are.
    var bytes = 0..<0
  }

  private let head = RecordHead(event: NetworkLog.event)
  private let errorHead = RecordHead(event: NetworkLog.event, severity: .warn)
  private var bytes = ByteBuffer()
  private var forms = [Form](repeating: Form(), count: FlowForms.placeCount)
  /// Where the numbers of each form are, those of one after those of the other.
  private var places = [FlowBlank.Place](
    repeating: FlowBlank.Place(), count: FlowForms.placeCount * FlowBlank.count)

  /// The place of a form for the flow's record.
  @inline(__always)
  mutating func form(for flow: NetworkFlow) -> Int {
    let shape = FlowShape(flow)
    let place = shape.place
    // Numbers that are too wide to be filled in are written each time.
    if forms[place].shape != shape || !shape.isNarrow { make(shape, at: place, flow) }
    return place
  }

  /// The bytes of the form at this place.
  @inline(__always)
  @_lifetime(borrow self)
  func fields(of form: Int) -> Span<UInt8> {
    bytes.span.extracting(forms[form].bytes)
  }

  /// Where the numbers of the form at this place are.
  @inline(__always)
  @_lifetime(borrow self)
  func places(of form: Int) -> Span<FlowBlank.Place> {
    let first = form * FlowBlank.count
    return places.span.extracting(first..<first + FlowBlank.count)
  }

  /// Writes the flow's record as the form at this place.
  private mutating func make(_ shape: FlowShape, at form: Int, _ flow: NetworkFlow) {
    if bytes.count >= FlowForms.byteLimit { clear() }
    let start = bytes.count
    let head = flow.error == 0 ? head : errorHead
    head.append(time: 0, observed: 0, to: &bytes)
    let headByteCount = bytes.count - start
    var notes = [
      FlowFormWriter.Note(blank: .time, offset: RecordHead.timeOffset - headByteCount),
      FlowFormWriter.Note(blank: .observed, offset: head.observedOffset - headByteCount),
    ]
    bytes.write(atMost: NetworkFlow.fieldsByteLimit) { pen in
      var writer = FlowFormWriter(pen)
      flow.tell(&writer)
      notes += writer.notes
      pen = writer.pen
    }
    forms[form] = Form(shape: shape, bytes: start..<bytes.count)
    // So that there are eight bytes where the last number is.
    bytes.appendFixed64(0)
    keep(notes, headByteCount, of: form)
  }

  /// Keeps where the form's numbers are, in notes that count from behind the head.
  private mutating func keep(
    _ notes: [FlowFormWriter.Note], _ headByteCount: Int, of form: Int
  ) {
    let (first, fields) = (form * FlowBlank.count, forms[form].bytes)
    for blank in FlowBlank.allCases {
      // What is filled in there is written over.
      places[first + blank.rawValue] = FlowBlank.Place(offset: UInt32(fields.count))
    }
    for note in notes {
      let offset = headByteCount + note.offset
      let word = bytes.span.load(UInt64.self, at: fields.lowerBound + offset) ?? 0
      places[first + note.blank.rawValue] = FlowBlank.Place(
        offset: UInt32(offset), shift: UInt32(note.shift), rest: word & ~note.bits)
    }
  }

  private mutating func clear() {
    bytes.truncate(to: 0)
    for form in forms.indices { forms[form] = Form() }
  }
}
