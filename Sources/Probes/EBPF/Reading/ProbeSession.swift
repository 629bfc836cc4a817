internal import CProbeEvents
internal import Components
internal import Diagnostics
internal import EBPF
internal import Identity
internal import Queues
internal import Telemetry

/// A running receiver: capabilities with their programs in the kernel, and the rings that they share.
///
/// Confined to the receiver's queue.
final class ProbeSession {
  /// How long records wait for others before the request is handed over.
  private static let flushInterval = Duration.milliseconds(200)
  /// From how many bytes on a request is handed over at once.
  private static let flushByteCount = 512 * 1024
  private static let stalledInterval = Duration.milliseconds(20)
  private static let batchSize = 256
  private static let batchesPerTurn = 256
  private static let accountInterval = Duration.seconds(1)

  /// A capability that is on.
  private struct Running {
    let capability: any ProbeCapability
    let loaded: LoadedProbe
    var due: MonotonicTime
  }

  /// What every capability and program came to.
  let states: [ProgramState]
  let signal: RingSignal
  private let clock = BootClock.current
  private let log: Log
  /// Where finished requests wait for the pipelines.
  let outbox: ProbeOutbox
  private let counters: [ProgramCounters?]
  private let account: LossAccount
  private let statistics: RunStatistics
  private let outcomes: BPFMap
  private let processes: ProcessTable
  /// First that of processes' lives.
  private let rings: [RingReader]
  private var running: [Running]
  private var intake: ProbeIntake
  private var output: ProbeOutput
  private var rhythm = DrainRhythm()
  private var flushDue: MonotonicTime?
  private var accountDue: MonotonicTime

  /// A session of what was loaded.
  init(
    _ settings: ComponentSettings, _ outlets: Outlets, _ loading: ProbeLoading,
    _ reading: ProbeReading, now: MonotonicTime
  ) {
    log = settings.log
    states = loading.states
    counters = loading.counters(settings.metrics)
    outbox = ProbeOutbox(settings, outlets, counters)
    account = LossAccount(counters, now: BootClock.nanosecondsSinceBoot)
    statistics = RunStatistics(loading.loaded.map { ($0.capability, $0.probe) }, settings.metrics)
    outcomes = reading.outcomes
    processes = loading.processes
    rings = reading.rings
    signal = reading.signal
    running = loading.loaded.map {
      Running(capability: $0.capability, loaded: $0.probe, due: now + $0.capability.interval)
    }
    intake = ProbeIntake(running.map(\.capability))
    output = ProbeOutput(version: settings.version)
    accountDue = now + ProbeSession.accountInterval
    stampOutput()
    output.metrics.startTime = output.observed
    start(settings, loading)
  }

  private func start(_ settings: ComponentSettings, _ loading: ProbeLoading) {
    let names = PeerNames(isWanted: running.contains { $0.capability.asksForPeerNames })
    for entry in running {
      let capability = entry.capability
      let context = ProbeContext(
        clock: clock, log: settings.log.with(["capability": .string(capability.name)]),
        metrics: settings.metrics.with("capability", capability.name),
        limits: loading.shares.limits(for: capability.name), processes: loading.processes,
        names: names)
      do {
        try capability.start(entry.loaded, context, &output)
      } catch {
        log.warn(
          "a capability could not read what it begins with",
          ["capability": .string(capability.name), "reason": .string("\(error)")])
      }
    }
  }

  /// One round: reads the rings and what is due; returns how long to wait for the next.
  func turn(at now: MonotonicTime) -> Duration {
    stampOutput()
    if flushDue == nil, hasOutput { flushDue = now + ProbeSession.flushInterval }
    if let due = flushDue, due <= now, !outbox.isFull { flush() }
    var records = 0
    if outbox.isFull {
      signal.pause()
    } else {
      signal.resume()
      records = drain()
      collect(at: now)
    }
    if accountDue <= now { keepAccount(at: now) }
    if flushDue == nil, hasOutput { flushDue = now + ProbeSession.flushInterval }
    var wait = rhythm.next(records: records)
    // A pipeline that was busy for a moment must not cost records.
    if outbox.isFull { wait = min(wait, ProbeSession.stalledInterval) }
    return flushDue.map { max(.milliseconds(1), min(wait, $0 - now)) } ?? wait
  }

  /// The last round: everything read is handed over, `done` follows on the home shard.
  func finish(_ done: @escaping @Sendable () -> Void) {
    stampOutput()
    // What ended is told before what goes on. Sixteen times, as more may come all the while.
    for _ in 0..<16 where drain(whereFull: true) > 0 {}
    for entry in running {
      entry.loaded.detach()
      entry.capability.stop(&output)
    }
    while drain(whereFull: true) > 0 {}
    statistics.read()
    account.read(
      outcomes, intake, misses: statistics.misses, now: BootClock.nanosecondsSinceBoot)
    account.write(&output) { clock.unixNanoseconds(sinceBoot: $0) }
    flush()
    outbox.whenEmpty { [counters] in
      LossAccount.publish(counters)
      done()
    }
  }

  private var hasOutput: Bool { output.logs.byteCount > 0 || output.metrics.byteCount > 0 }

  private func stampOutput() {
    output.observed = clock.unixNanoseconds(sinceBoot: BootClock.nanosecondsSinceBoot)
    output.metrics.time = output.observed
  }

  /// Reads what is on the rings; returns how many records there were.
  ///
  /// Stops where the outbox is full, unless this is the end: what is left then is bounded by the rings' size.
  private func drain(whereFull: Bool = false) -> Int {
    var records = 0
    for ring in rings {
      for _ in 0..<ProbeSession.batchesPerTurn {
        if ring === rings[0] { intake.lookAhead(ring, limit: ProbeSession.batchSize) }
        let count = intake.drain(ring, limit: ProbeSession.batchSize, &output)
        records += count
        if output.logs.byteCount >= ProbeSession.flushByteCount
          || output.metrics.byteCount >= ProbeSession.flushByteCount
        {
          flush()
          if outbox.isFull, !whereFull { return records }
        }
        if count < ProbeSession.batchSize { break }
      }
    }
    return records
  }

  private func collect(at now: MonotonicTime) {
    for index in running.indices where running[index].due <= now {
      let capability = running[index].capability
      do {
        try capability.collect(&output)
      } catch {
        log.warn(
          "a capability could not read its maps",
          ["capability": .string(capability.name), "reason": .string("\(error)")])
      }
      // Rounds that were missed are left out.
      repeat {
        running[index].due = running[index].due + capability.interval
      } while running[index].due <= now
    }
  }

  private func keepAccount(at now: MonotonicTime) {
    statistics.read()
    account.read(
      outcomes, intake, misses: statistics.misses, now: BootClock.nanosecondsSinceBoot)
    // Here, and in no capability: any of them may be off.
    processes.expire()
    accountDue = now + ProbeSession.accountInterval
    if !outbox.isFull { account.write(&output) { clock.unixNanoseconds(sinceBoot: $0) } }
  }

  private func flush() {
    flushDue = nil
    let logs = output.logs.takePayload()
    let records = intake.takeRecords()
    outbox.send(ProbeParcel(signal: .logs, payload: logs, records: records))
    let metrics = output.metrics.takePayload()
    outbox.send(ProbeParcel(signal: .metrics, payload: metrics, records: []))
  }
}
