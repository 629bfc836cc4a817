public import Components
internal import Diagnostics
internal import Dispatch
internal import Glibc
internal import Queues
internal import Telemetry

/// Reads the host's state at intervals and hands it on as metrics.
///
/// Reading runs on a queue of the receiver's own; timing and handing on belong to its home shard.
final class HostMetricsReceiver: Receiver {
  private let config: HostMetricsReceiverConfig
  private let consumer: (any Consumer)?
  private let memory: MemoryBudget
  private let log: Log
  private let home: Shard
  private let reading: QueueBound<HostScrape>
  private let timing: ShardBound<Timing>
  private let metrics: IngressMetrics

  /// When the next scrape is due, and who waits for the end.
  private final class Timing {
    var timer: ShardTimer?
    var due = MonotonicTime(nanoseconds: 0)
    var isReading = false
    var isStopped = false
    var waiting: [@Sendable () -> Void] = []
    var throttle = Throttle(every: HostScrape.logInterval)
  }

  init(_ config: HostMetricsReceiverConfig, _ settings: ComponentSettings, _ outlets: Outlets) {
    self.config = config
    consumer = outlets[.metrics]
    memory = settings.memory
    log = settings.log
    home = settings.shards.next()
    metrics = IngressMetrics(
      settings.metrics.with("transport", ""), .metrics, countsReasons: false)
    reading = QueueBound(
      HostScrape(
        config, log: settings.log, metrics: settings.metrics, version: settings.version),
      to: DispatchQueue(label: "swiftlet.receiver.\(settings.id)"))
    timing = ShardBound(Timing(), to: home)
  }

  func start(_ host: any Host) throws(ComponentError) {
    let path = config.rootPath + "/proc/stat"
    guard unsafe access(path, R_OK) == 0 else {
      throw ComponentError(
        "cannot read \(path); set root_path to where the host's file system is mounted")
    }
    home.post { [self] in
      timing.value.due = home.now + config.initialDelay
      schedule()
    }
  }

  func stop(by deadline: DispatchTime, _ done: @escaping @Sendable () -> Void) {
    home.post { [self] in
      timing.value.isStopped = true
      timing.value.timer?.cancel()
      timing.value.timer = nil
      if timing.value.isReading {
        timing.value.waiting.append(done)
      } else {
        done()
      }
    }
  }

  private func schedule() {
    guard !timing.value.isStopped else { return }
    let now = home.now
    let wait = timing.value.due - now
    timing.value.timer = home.schedule(after: max(.zero, wait)) { [self] in
      timing.value.timer = nil
      timing.value.isReading = true
      read()
    }
  }

  private func read() {
    reading.queue.async { [self] in
      var time = timespec()
      // The pointer is valid for the call.
      unsafe clock_gettime(CLOCK_REALTIME, &time)
      let payload = reading.value.run(
        at: UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec))
      home.post { [self] in finish(payload) }
    }
  }

  private func finish(_ payload: Payload) {
    timing.value.isReading = false
    if timing.value.isStopped {
      for done in timing.value.waiting { done() }
      timing.value.waiting = []
      return
    }
    if !payload.isEmpty { send(payload) }
    // Scrapes keep their rhythm; those missed while one took long are left out.
    let now = home.now
    repeat {
      timing.value.due = timing.value.due + config.interval
    } while timing.value.due < now
    schedule()
  }

  private func send(_ payload: Payload) {
    guard let consumer else { return }
    guard let reservation = memory.reserve(payload.byteCount) else {
      return refuse(payload.itemCount, .memoryPressure)
    }
    let count = payload.itemCount
    let delivery = Delivery(holding: reservation) { [self] outcome in
      switch outcome {
      case .success: metrics.accepted.add(count)
      case .failure(let error): home.run { [self] in refuse(count, error) }
      }
    }
    let batch = TelemetryBatch(
      signal: .metrics, payload: payload, origin: Origin(), delivery: delivery)
    do {
      try consumer.consume(batch)
    } catch {
      delivery.fail(error)
    }
  }

  private func refuse(_ count: Int, _ error: DeliveryError) {
    metrics.refused.add(count)
    guard let heldBack = timing.value.throttle.admit(at: home.now) else { return }
    log.warn(
      "the host's metrics were refused and are dropped; the next follow at the next interval",
      ["reason": .string("\(error)"), "points": .int(count), "held_back": .int(heldBack)])
  }
}

extension ReceiverFactory {
  /// Makes `host_metrics` receivers.
  public static let hostMetrics = ReceiverFactory(
    ComponentType(
      "host_metrics", aliases: ["hostmetrics"], signals: [.metrics: .beta],
      summary: "Reads CPU, memory, disks, network and processes of this host.")
  ) { (config: HostMetricsReceiverConfig, settings, outlets) in
    HostMetricsReceiver(config, settings, outlets)
  }
}
