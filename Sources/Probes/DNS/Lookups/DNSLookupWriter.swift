internal import Bytes
internal import DNS
internal import Identity
internal import Telemetry

/// Writes lookups as log records, from pieces that are encoded once: most lookups differ in little but their time.
struct DNSLookupWriter: ~Copyable {
  private let boot: BootClock
  private var contexts: LookupContexts
  private var outcomes = LookupOutcomes()
  private let succeeded = RecordHead(event: "dns.lookup")
  private let failed = RecordHead(event: "dns.lookup", severity: .warn)
  /// Duration and attempts of the last lookup, encoded: the next one's take their places.
  private var timing = ByteBuffer(minimumCapacity: 96)
  private let durationEnd: Int
  private var attempts: Int32 = -1

  /// A writer that tells processes as the table knows them.
  init(_ processes: ProcessTable) {
    boot = processes.boot
    contexts = LookupContexts(processes)
    timing.appendAttribute("dns.lookup.duration", 0.0, as: LogsWriter.attributesField)
    durationEnd = timing.count
  }

  /// Writes a record of the lookup, whose question is one of `questions`.
  mutating func write(
    _ lookup: DNSLookup, _ outcome: DNSOutcome, nanoseconds: UInt64,
    _ questions: borrowing KnownQuestions, _ answers: borrowing DNSAnswers,
    _ output: inout ProbeOutput
  ) {
    let context = contexts.find(lookup, round: output.observed)
    let told = outcomes.find(outcome)
    setTiming(Double(nanoseconds) / 1e9, lookup.attempts)
    let question = Int(lookup.question)
    let byteCount =
      questions.byteCount(at: question) + told.count + timing.count + context.attributes.count
      + answers.attributes.count
    output.logs.select(
      resource: contexts.bytes.span.extracting(context.resource), scope: "swiftlet/ebpf/dns")
    let time = boot.unixNanoseconds(sinceBoot: lookup.began)
    let observed = output.observed
    // Not chosen first: a head that is chosen is a copy, with a count of references to change.
    let end =
      outcome.isFailure
      ? output.logs.openWhole(failed, time: time, observed: observed, byteCount: byteCount)
      : output.logs.openWhole(succeeded, time: time, observed: observed, byteCount: byteCount)
    questions.append(at: question, to: &output.logs)
    output.logs.attributes(outcomes.bytes.span.extracting(told))
    output.logs.attributes(timing.span)
    output.logs.attributes(contexts.bytes.span.extracting(context.attributes))
    output.logs.attributes(answers.attributes.span)
    output.logs.closeWhole(end)
  }

  private mutating func setTiming(_ seconds: Double, _ attempts: Int32) {
    if attempts != self.attempts {
      self.attempts = attempts
      timing.truncate(to: durationEnd)
      timing.appendAttribute(
        "dns.lookup.attempts", Int64(attempts), as: LogsWriter.attributesField)
    }
    // The attribute ends with the number's eight bytes.
    timing.replaceFixed64(at: durationEnd - 8, with: seconds.bitPattern)
  }
}

extension DNSOutcome {
  /// Whether the lookup failed for another reason than that there is no such name.
  fileprivate var isFailure: Bool {
    switch self {
    case .answered(let code, _): code != .noError && code != .noSuchName
    case .timedOut: true
    }
  }
}
