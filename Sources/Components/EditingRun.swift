internal import Diagnostics
internal import Synchronization
public import Telemetry

/// Editing processors that follow one another, run as one pass over each batch.
///
/// Each counts and reports as it would by itself. It keeps nothing: a batch that the next component
/// refuses stays as it was with whoever offered it.
public final class EditingRun: Consumer {
  private struct Fused {
    let parts: [RewriteProgram]
    let whole: RewriteProgram
  }

  /// The processors in the order in which they edit.
  public let processors: [EditingProcessor]
  private let next: any Consumer
  /// The program where it is the same for all batches.
  private let fixed: RewriteProgram?
  /// The programs of the last batch as one, where an editor may have a new one since.
  private let fused = Mutex<Fused?>(nil)

  /// A run of `first` and what follows it in the run `next`, or of `first` alone where `next` is no run, or
  /// one that drops what `first` was to see.
  public init(_ first: EditingProcessor, before next: any Consumer) {
    if let run = next as? EditingRun,
      run.processors.allSatisfy({ first.editor.reach.allows($0.editor.reach) })
    {
      processors = [first] + run.processors
      self.next = run.next
    } else {
      processors = [first]
      self.next = next
    }
    let editors = processors.map(\.editor)
    fixed =
      editors.contains(where: \.changesProgram)
      ? nil : RewriteProgram(fusing: editors.map(\.program))
  }

  /// How far the run's pass goes into a batch.
  public var reach: RewriteReach {
    let parts = processors.map(\.editor.reach)
    return RewriteReach(
      deepest: parts.map(\.deepest).max() ?? .resource,
      outermostDrop: parts.compactMap(\.outermostDrop).min())
  }

  /// That of what follows the run, unless one of the processors has been stopped.
  public var refusal: DeliveryError? {
    for processor in processors where processor.isStopped { return .stopping }
    return next.refusal
  }

  /// Whether what follows the run is congested.
  public var congestion: Congestion { next.congestion }

  /// Rewrites the batch and hands it on.
  public func consume(_ batch: TelemetryBatch) throws(DeliveryError) {
    // Asked first, so that nothing is rewritten in vain.
    if let refusal { throw refusal }
    let outcome: RewriteOutcome
    do {
      outcome = try batch.payload.rewritten(
        by: program(), signal: batch.signal, origin: batch.origin)
    } catch {
      throw .permanent("the request cannot be edited: \(error)")
    }
    try handOn(batch, outcome)
    report(outcome, of: batch.payload.itemCount)
  }

  private func handOn(
    _ batch: TelemetryBatch, _ outcome: RewriteOutcome
  ) throws(DeliveryError) {
    let dropped = batch.payload.itemCount - outcome.payload.itemCount
    if dropped > 0 { batch.delivery.leaveOut(dropped) }
    // Nobody is to be troubled with a batch that edits have emptied.
    if dropped > 0, outcome.payload.isEmpty { return batch.delivery.succeed() }
    var edited = batch
    edited.payload = outcome.payload
    do {
      try next.consume(edited)
    } catch {
      if dropped > 0 { batch.delivery.leaveOut(-dropped) }
      throw error
    }
  }

  private func report(_ outcome: RewriteOutcome, of itemCount: Int) {
    var left = itemCount
    for (part, processor) in processors.enumerated() {
      processor.flow.incoming.add(left)
      left -= outcome.droppedItemCount(by: part)
      processor.flow.outgoing.add(left)
    }
    guard !outcome.failures.isEmpty else { return }
    for (part, processor) in processors.enumerated() {
      let own = outcome.failures.filter { $0.part == part }
      if !own.isEmpty { processor.editor.note(own) }
    }
  }

  /// The programs as one, in which each processor's part has its index.
  private func program() -> RewriteProgram {
    if let fixed { return fixed }
    if processors.count == 1 { return processors[0].editor.program }
    return fused.withLock { fused in
      if let fused, zip(fused.parts, processors).allSatisfy({ $0.isSame(as: $1.editor.program) }) {
        return fused.whole
      }
      let parts = processors.map(\.editor.program)
      let whole = RewriteProgram(fusing: parts)
      fused = Fused(parts: parts, whole: whole)
      return whole
    }
  }
}
