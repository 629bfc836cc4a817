public import Components
internal import Diagnostics
internal import Dispatch
internal import EBPF
internal import Identity
internal import Queues
internal import Telemetry

/// Tells what the kernel knows of processes, connections, names and latencies.
///
/// Everything runs on one queue of the receiver's own, which may block; finished requests go through the
/// receiver's home shard.
final class EBPFReceiver: Receiver {
  private let config: EBPFReceiverConfig
  private let settings: ComponentSettings
  private let outlets: Outlets
  private let rounds = ProbeRounds()
  private let state: QueueBound<State>
  private let round: AttachRound

  private final class State {
    /// Whether the other receivers no longer wait for this one to attach.
    var hasLeftRound = false
    var session: ProbeSession?
    var isStopped = false
  }

  init(
    _ config: EBPFReceiverConfig, _ settings: ComponentSettings, _ outlets: Outlets,
    round: AttachRound = .process
  ) {
    self.config = config
    self.round = round
    self.settings = settings
    self.outlets = outlets
    state = QueueBound(State(), to: DispatchQueue(label: "swiftlet.receiver.\(settings.id)"))
    round.join(
      config.dropsCapabilities ? .drop(keeping: config.keptCapabilities) : .keepAll)
  }

  /// The kernel verifies some thirty programs, which takes 0.3 s.
  let startsSlowly = true

  func start(_ host: any Host) throws(ComponentError) {
    // Waited for, so that who hears that the collector is ready finds the kernel watched.
    state.queue.sync { [self] in
      open()
      leaveRound()
    }
  }

  func stop(by deadline: DispatchTime, _ done: @escaping @Sendable () -> Void) {
    let once = CallOnce(done)
    rounds.stop()
    state.queue.async { [self] in
      let state = state.value
      state.isStopped = true
      ConnectionOwners.process.stopFeeding(by: state)
      guard let session = state.session else { return once.call() }
      state.session = nil
      let outbox = session.outbox
      session.finish { once.call() }
      // The pipelines had until the deadline to take what is held.
      self.state.queue.asyncAfter(deadline: deadline) {
        if !once.isCalled { outbox.close() }
      }
    }
  }

  private func open() {
    let state = state.value
    guard !state.isStopped else { return }
    let facts = ProbeHostFacts.read()
    let loading = ProbeLoading(
      config.capabilities.map { $0() }, facts, memoryLimit: config.memoryLimit,
      signal: rounds.signal)
    let report = ProbeReport(loading.states)
    report.tell(settings.log, settings.metrics)
    report.tell(facts.shortfalls, settings.log)
    guard let reading = loading.reading else { return }
    let session = ProbeSession(settings, outlets, loading, reading, now: .now)
    state.session = session
    rounds.run(session, on: self.state.queue)
    ConnectionOwners.process.feed(by: state) { [rounds, bound = self.state] in
      rounds.interrupt { bound.queue.sync { _ = bound.value.session?.turn(at: .now) } }
    }
  }

  /// Drops what nothing needs any more, if this receiver is the last to attach.
  private func leaveRound() {
    let state = state.value
    guard !state.hasLeftRound else { return }
    state.hasLeftRound = true
    guard let extra = round.leave(hasAttached: state.session != nil) else { return }
    let kept = PrivilegeDrop.kept(besides: extra)
    do {
      try PrivilegeDrop.run(keeping: kept)
      settings.log.debug(
        "capabilities that nothing needs any more are dropped",
        ["kept": .string(kept.map(\.name).joined(separator: ","))])
    } catch {
      settings.log.warn(
        "capabilities could not be dropped; the collector runs on with all of them",
        ["reason": .string("\(error)")])
    }
  }
}

extension ReceiverFactory {
  /// Makes `ebpf` receivers.
  public static let ebpf = ReceiverFactory(
    ComponentType(
      "ebpf", signals: [.logs: .development, .metrics: .development],
      summary:
        "Tells of this host's processes, connections, lookups and latencies, from the kernel.")
  ) { (config: EBPFReceiverConfig, settings, outlets) in
    EBPFReceiver(config, settings, outlets)
  }
}
