internal import Components
internal import Diagnostics
internal import Dispatch
internal import Queues
internal import Synchronization
internal import Telemetry

/// Gives every resource the attributes that detectors find of this collector's surroundings.
///
/// Detectors run on a queue of the processor's own, at the start and then at intervals where that is
/// asked for. Batches get what is known when they come.
final class ResourceDetectionEditor: Editor {
  private let config: ResourceDetectionConfig
  private let around: Surroundings
  private let log: Log
  private let home: Shard
  private let queue: DispatchQueue
  private let isStopped = Atomic<Bool>(false)
  private let isDetecting = Atomic<Int>(0)
  private let failed: Counter
  private let timing: ShardBound<Timing>

  private final class Timing {
    var timer: ShardTimer?
  }

  init(
    _ config: ResourceDetectionConfig, _ settings: ComponentSettings,
    _ around: Surroundings = Surroundings()
  ) {
    self.config = config
    self.around = around
    log = settings.log
    home = settings.shards.next()
    queue = DispatchQueue(label: "swiftlet.processor.\(settings.id)")
    failed = settings.metrics.counter("swiftlet_resource_detection_failures")
    timing = ShardBound(Timing(), to: home)
  }

  func start(_ host: any Host) throws(ComponentError) {
    let isFirst = config.detection.begin(timeout: config.timeout)
    if isFirst {
      isDetecting.add(1, ordering: .relaxed)
      queue.async { [self] in
        let failures = detect(publishesParts: true)
        isDetecting.subtract(1, ordering: .relaxed)
        config.detection.finish(failures)
      }
    }
    let failures = config.detection.wait()
    if failures == nil, isFirst {
      log.warn(
        "the detection takes longer than its timeout; batches get what is known",
        ["timeout_seconds": .double(config.timeout.seconds)])
    }
    if config.failsOnMissing {
      guard let failures else {
        throw ComponentError(
          "the detection takes longer than \(config.timeout); raise timeout, or leave out "
            + "fail_on_missing_metadata")
      }
      if let first = failures.first { throw ComponentError(first) }
    }
    if isFirst, config.refreshInterval > .zero { home.post { [self] in scheduleRefresh() } }
  }

  var program: RewriteProgram { config.detection.program }

  var changesProgram: Bool { true }

  var reach: RewriteReach { RewriteReach(deepest: .resource) }

  /// Nothing is converted.
  func note(_ failures: [RewriteFailure]) {}

  func stop(by deadline: DispatchTime, _ done: @escaping @Sendable () -> Void) {
    isStopped.store(true, ordering: .relaxed)
    home.post { [self] in
      timing.value.timer?.cancel()
      timing.value.timer = nil
      // A look-up that hangs is left behind at the deadline; it holds a thread until it returns.
      guard isDetecting.load(ordering: .relaxed) > 0 else { return done() }
      let once = OnceOnly(done)
      queue.async { once.call() }
      DispatchQueue.global().asyncAfter(deadline: deadline) { once.call() }
    }
  }

  private func scheduleRefresh() {
    guard !isStopped.load(ordering: .relaxed) else { return }
    timing.value.timer = home.schedule(after: config.refreshInterval) { [self] in
      timing.value.timer = nil
      isDetecting.add(1, ordering: .relaxed)
      queue.async { [self] in
        _ = detect(publishesParts: false)
        isDetecting.subtract(1, ordering: .relaxed)
        home.post { [self] in scheduleRefresh() }
      }
    }
  }

  /// Runs the detectors and returns what failed; on the processor's queue.
  ///
  /// A refresh in which a detector fails changes nothing: what it found before is still the best.
  private func detect(publishesParts: Bool) -> [String] {
    var found = DetectedAttributes()
    var failures: [String] = []
    for detector in config.detectors where !isStopped.load(ordering: .relaxed) {
      do {
        let part = try Detection.run(detector, around, timeout: config.timeout)
        found.add(part) { name in
          (detector.kind == .env || detector.attributes.contains(name))
            && config.allowed?.contains(name) != false
        }
        if publishesParts { publish(found) }
      } catch {
        failed.add()
        failures.append("the \(detector.kind.rawValue) detector found nothing: \(error)")
        log.warn(
          "a detector found nothing; resources go without its attributes",
          ["detector": .string(detector.kind.rawValue), "reason": .string("\(error)")])
      }
    }
    if failures.isEmpty { publish(found) }
    return failures
  }

  private func publish(_ found: DetectedAttributes) {
    config.detection.publish(found.program(overrides: config.overrides))
  }
}

/// A function that is called once, whoever comes first.
private final class OnceOnly: Sendable {
  private let body: Mutex<(@Sendable () -> Void)?>

  init(_ body: @escaping @Sendable () -> Void) {
    self.body = Mutex(body)
  }

  func call() {
    body.withLock { exchange(&$0, with: nil) }?()
  }
}
