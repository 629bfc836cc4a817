internal import Components
internal import Diagnostics
internal import Dispatch
internal import Queues
internal import Synchronization
internal import Telemetry

/// Runs a rewriting program over every batch and hands the result on, on the shard that brought it.
///
/// It keeps nothing. A batch that the next component refuses stays as it was with whoever offered it.
final class PayloadRewriter: Processor {
  private final class LogTimes {
    var byKey: [String: MonotonicTime] = [:]
  }

  /// How often a failed conversion is logged at most, for each attribute.
  private static let logInterval = Duration.seconds(10)

  private let program: RewriteProgram
  private let signal: Signal
  private let next: any Consumer
  private let log: Log
  private let failedConversions: Counter
  private let isStopped = Atomic<Bool>(false)
  /// When a failure of each attribute was logged; the attributes are those of the configuration.
  private let logged: ShardBound<LogTimes>

  /// A processor that runs `program` and counts as `type` in its metrics.
  init(
    _ program: RewriteProgram, type: String, _ settings: ComponentSettings, _ signal: Signal,
    _ next: any Consumer
  ) {
    self.program = program
    self.signal = signal
    self.next = next
    log = settings.log
    logged = ShardBound(LogTimes(), to: settings.shards.next())
    failedConversions = settings.metrics.counter("otelcol_processor_\(type)_failed_conversions")
  }

  func start(_ host: any Host) throws(ComponentError) {}

  var refusal: DeliveryError? {
    isStopped.load(ordering: .relaxed) ? .stopping : next.refusal
  }

  var isCongested: Bool { next.isCongested }

  func consume(_ batch: TelemetryBatch) throws(DeliveryError) {
    // Asked first, so that nothing is rewritten in vain.
    if let refusal { throw refusal }
    let outcome: RewriteOutcome
    do {
      outcome = try batch.payload.rewritten(by: program, signal: signal, origin: batch.origin)
    } catch {
      throw .permanent("the request cannot be edited: \(error)")
    }
    var edited = batch
    edited.payload = outcome.payload
    try next.consume(edited)
    guard !outcome.failures.isEmpty else { return }
    logged.shard.run { [self] in
      for failure in outcome.failures { report(failure) }
    }
  }

  func stop(by deadline: DispatchTime, _ done: @escaping @Sendable () -> Void) {
    isStopped.store(true, ordering: .relaxed)
    done()
  }

  private func report(_ failure: RewriteFailure) {
    failedConversions.add(failure.count)
    let now = logged.shard.now
    let times = logged.value
    if let last = times.byKey[failure.key], now - last < PayloadRewriter.logInterval { return }
    times.byKey[failure.key] = now
    log.warn(
      "Values could not be converted and stay as they were",
      [
        "key": .string(failure.key), "converted_type": .string(failure.type.rawValue),
        "values": .int(failure.count),
      ])
  }
}
