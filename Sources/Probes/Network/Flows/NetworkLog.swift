internal import Bytes
internal import Identity
internal import Telemetry

/// Writes flows as log records of the event `network.flow`.
struct NetworkLog: ~Copyable {
  static let event: StaticString = "network.flow"

  private var forms = FlowForms()

  /// Writes a flow's record with the attributes of its owner, its ends, and the process at the other end, which are encoded
  /// in `contexts`.
  ///
  /// The form of records like it is copied and filled in: writing its 20 attributes one after the other takes twice as many
  /// instructions.
  mutating func write(
    _ flow: NetworkFlow, _ contexts: borrowing ByteBuffer, _ attributes: Range<Int>,
    _ clock: BootClock, _ output: inout ProbeOutput
  ) {
    let form = forms.form(for: flow)
    let (fields, places) = (forms.fields(of: form), forms.places(of: form))
    let attributes = contexts.span.extracting(attributes)
    let (time, observed) = (clock.unixNanoseconds(sinceBoot: flow.time), output.observed)
    output.logs.record(of: fields.count + attributes.count) { pen in
      pen.put(fields)
      var filler = FlowFiller(pen, places)
      filler.fill(.time, word: time)
      filler.fill(.observed, word: observed)
      flow.tell(&filler)
      pen = filler.pen
      pen.put(attributes)
    }
  }
}
