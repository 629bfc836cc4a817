internal import Diagnostics
internal import Dispatch
internal import Glibc
internal import Procfs
internal import Queues
internal import Synchronization

/// One life of the collector as a process: start, wait for a signal, drain, exit code.
public final class CollectorRun: Sendable {
  private enum Reason: Sendable {
    case signal(Int32)
    case fatal(String)
  }

  private let plan: CollectorPlan
  private let shutdownTimeout: Duration
  private let sink: StreamLogSink
  private let log: Log
  private let reason = Mutex<(Reason, since: ContinuousClock.Instant)?>(nil)
  private let mayStop = DispatchSemaphore(value: 0)

  /// A life with `plan` that takes at most `shutdownTimeout` to stop.
  ///
  /// - Throws: the log output that cannot be opened, and why
  public init(_ plan: CollectorPlan, shutdownTimeout: Duration) throws(Collector.StartError) {
    self.plan = plan
    self.shutdownTimeout = shutdownTimeout
    DescriptorLimit.raise()
    HeapMemory.prepare(
      arenaCount: (plan.service.shardCount ?? Machine.defaultShardCount) / 2)
    do {
      sink = try plan.service.openLog()
    } catch {
      throw Collector.StartError(description: error.description)
    }
    log = Log(sink)
  }

  /// Runs the collector until SIGTERM, SIGINT or a component's fatal error; returns the exit code.
  ///
  /// Blocks the calling thread. A second signal ends the process at once with 128 and its number.
  public func runUntilSignal() -> Int32 {
    signal(SIGPIPE, SIG_IGN)
    let sources = [SIGTERM, SIGINT, SIGHUP].map(watch)
    defer {
      for source in sources { source.cancel() }
      sink.flush()
    }
    do {
      let collector = try Collector(plan, log: log) { [self] in end(.fatal($0)) }
      try collector.start()
      ProcessMemory.giveBack()
      waitForReason()
      return stop(collector)
    } catch {
      log.error("the collector cannot start", ["reason": "\(error)"])
      return 1
    }
  }

  /// Waits for a reason to stop; gives memory back whenever the process has become quiet meanwhile.
  private func waitForReason() {
    var lookedAt = ProcessMemory.processorTime
    var gaveBackAt = lookedAt
    var seconds = CollectorRun.firstLook
    while mayStop.wait(timeout: .now() + .seconds(seconds)) == .timedOut {
      let used = ProcessMemory.processorTime
      let isQuiet = used - lookedAt < .milliseconds(10 * seconds)
      if isQuiet, used - gaveBackAt > CollectorRun.lookCost {
        ProcessMemory.giveBack()
        gaveBackAt = ProcessMemory.processorTime
      }
      lookedAt = used
      seconds = CollectorRun.quietInterval
    }
  }

  private func watch(_ number: Int32) -> any DispatchSourceSignal {
    signal(number, SIG_IGN)
    let queue = DispatchQueue(label: "swiftlet.signals")
    let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
    source.setEventHandler { [weak self] in
      if number == SIGHUP {
        self?.log.warn("SIGHUP is ignored; restart the collector to read its configuration anew")
      } else {
        self?.end(.signal(number))
      }
    }
    // Until the source is registered a signal would be lost, as its own action is to be ignored.
    let isRegistered = DispatchSemaphore(value: 0)
    source.setRegistrationHandler { isRegistered.signal() }
    source.activate()
    isRegistered.wait()
    return source
  }

  /// The seconds between looks whether the process is quiet, which it is up to 1 % of a processor.
  private static let quietInterval = 30
  /// The seconds until the first look: what receivers scrape has then been scraped once.
  private static let firstLook = 3
  /// With less used since memory was given back, there is none to give back.
  private static let lookCost = Duration.milliseconds(5)

  /// Signals this close together are one wish, sent to the process and to its group.
  private static let repeatedSignal = Duration.milliseconds(20)

  /// The first reason starts the stop; a signal after it ends the process.
  private func end(_ new: Reason) {
    let now = ContinuousClock.now
    let first = reason.withLock { reason in
      defer { if reason == nil { reason = (new, now) } }
      return reason?.since
    }
    guard let first else {
      mayStop.signal()
      return
    }
    if case .signal(let number) = new, now - first > CollectorRun.repeatedSignal {
      log.error("stopping at once on the second signal; what is held is lost")
      exit(128 + number)
    }
  }

  private func stop(_ collector: Collector) -> Int32 {
    let why = reason.withLock { $0?.0 }
    if case .signal(let number) = why {
      log.info(
        "stopping: delivering what is held",
        ["signal": .int(Int(number)), "timeout": .duration(shutdownTimeout)])
    }
    let deadline = DispatchTime.now() + .nanoseconds(Int(clamping: shutdownTimeout.nanoseconds))
    let inTime = collector.stop(by: deadline)
    if !inTime { log.error("the stop took longer than its timeout; what was held is lost") }
    let lost = collector.lostItemCount
    if lost > 0 {
      log.error("stopped; telemetry that senders believe delivered is lost", ["items": .int(lost)])
    } else {
      log.info("stopped")
    }
    if case .fatal = why { return 1 }
    return inTime && lost == 0 ? 0 : 1
  }
}
