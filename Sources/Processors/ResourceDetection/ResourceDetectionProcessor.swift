internal import Bytes
public import Components
internal import Diagnostics
internal import Dispatch
internal import Queues
internal import Synchronization
internal import Telemetry

/// Gives every resource the attributes that detectors find of this collector's surroundings.
///
/// Detectors run on a queue of the processor's own, at the start and then at intervals where that is
/// asked for. Batches get what is known when they come.
final class ResourceDetectionProcessor: Processor {
  private let config: ResourceDetectionConfig
  private let around: Surroundings
  private let signal: Signal
  private let next: any Consumer
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
    _ config: ResourceDetectionConfig, _ settings: ComponentSettings, _ signal: Signal,
    _ next: any Consumer, _ around: Surroundings = Surroundings()
  ) {
    self.config = config
    self.signal = signal
    self.next = next
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

  var refusal: DeliveryError? {
    isStopped.load(ordering: .relaxed) ? .stopping : next.refusal
  }

  var isCongested: Bool { next.isCongested }

  func consume(_ batch: TelemetryBatch) throws(DeliveryError) {
    if isStopped.load(ordering: .relaxed) { throw .stopping }
    guard let program = config.detection.program else { return try next.consume(batch) }
    var batch = batch
    do {
      batch.payload = try batch.payload.rewritten(
        by: program, signal: signal, origin: batch.origin
      ).payload
    } catch {
      throw .permanent("the batch cannot be rewritten: \(error)")
    }
    try next.consume(batch)
  }

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

/// Runs single detectors.
enum Detection {
  /// What the detector finds.
  static func run(
    _ detector: DetectorConfig, _ around: Surroundings, timeout: Duration
  ) throws(DetectionError) -> DetectedAttributes {
    var around = around
    around.timeout = timeout
    return switch detector.kind {
    case .env: try EnvironmentDetector.detect(around)
    case .system: try HostDetector.detect(detector, around)
    case .os: HostDetector.detectOS(around)
    case .process: OwnProcessDetector.detect(around)
    case .container: OwnProcessDetector.detectContainer(around)
    case .docker: try DockerDetector.detect(around)
    }
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

extension ProcessorFactory {
  /// Makes `resource_detection` processors.
  public static let resourceDetection = ProcessorFactory(
    ComponentType(
      "resource_detection", aliases: ["resourcedetection"],
      signals: [.traces: .beta, .metrics: .beta, .logs: .beta],
      summary: "Gives resources the attributes of the collector's host, process and container.")
  ) { (config: ResourceDetectionConfig, settings, signal, next) in
    ResourceDetectionProcessor(config, settings, signal, next)
  }
}
