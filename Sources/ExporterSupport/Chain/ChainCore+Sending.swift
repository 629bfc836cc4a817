internal import Components
internal import Diagnostics
internal import Queues
internal import Telemetry

extension ChainCore {
  /// How much longer than the timeout a sender may take to call an attempt off itself.
  private static let grace = Duration.seconds(1)
  /// The longest wait between attempts while the chain stops, unless the destination asks for more.
  private static let longestWaitAtStop = Duration.seconds(1)

  /// Sends the shipment once.
  func attempt(_ shipment: Shipment) {
    if shipment.firstAttempt == nil { shipment.firstAttempt = shard.now }
    let number = shipment.beginAttempt()
    metrics.began(shipment.batch.payload)
    if config.timeout > .zero {
      shipment.timer = shard.schedule(after: config.timeout + ChainCore.grace) {
        [weak self, weak shipment] in
        guard let self, let shipment else { return }
        let reason = "no answer within \(self.config.timeout)"
        self.ended(shipment, number, .failed(.retryable(reason, after: nil)))
      }
    }
    sender.send(shipment.batch, timeout: config.timeout) { [self] outcome in
      shard.assertIsCurrent()
      ended(shipment, number, outcome)
    }
  }

  private func ended(_ shipment: Shipment, _ number: Int, _ outcome: SendOutcome) {
    // A late answer: the attempt was given up, or the chain is closed.
    guard shipment.isInFlight, shipment.attempt == number else { return }
    shipment.endAttempt()
    metrics.inFlight.add(-1)
    switch outcome {
    case .delivered(let rejected, let message): delivered(shipment, rejected, message)
    case .failed(let error) where error.isRetryable: retry(shipment, error)
    case .failed(let error): drop(shipment, error)
    case .tooLarge(let reason): divide(shipment, reason)
    }
  }

  private func delivered(_ shipment: Shipment, _ rejectedItems: Int, _ message: String) {
    let signal = shipment.batch.signal
    let rejected = min(max(0, rejectedItems), shipment.itemCount)
    metrics.sent(signal, shipment.itemCount - rejected)
    if rejected > 0 { metrics.failed(signal, rejected) }
    if rejected > 0 || !message.isEmpty, let held = rejectThrottle.admit(at: shard.now) {
      log.warn(
        rejected > 0
          ? "the destination rejected part of a batch"
          : "the destination took a batch with a warning",
        [
          "signal": .string(signal.rawValue), "rejected_items": .int(rejected),
          "reason": .string(message), "similar": .int(held),
        ])
    }
    if health != .ok {
      health = .ok
      host?.report(.ok, from: id)
    }
    finish(shipment, .success(()))
  }

  private func retry(_ shipment: Shipment, _ error: DeliveryError) {
    guard config.retry.isEnabled else { return drop(shipment, error) }
    let now = shard.clock.now
    var wait = shipment.backoff.next(random())
    // A stop leaves little time: a backend that restarts as well should be found soon.
    if phase == .draining { wait = min(wait, ChainCore.longestWaitAtStop) }
    if case .retryable(_, let after?) = error { wait = max(wait, after) }
    let limit = config.retry.maxElapsedTime
    if limit > .zero, now + wait - (shipment.firstAttempt ?? now) > limit {
      return drop(
        shipment,
        .permanent("given up, max_elapsed_time of \(limit) would pass: \(error)"))
    }
    if let stopDeadline, now + wait >= stopDeadline {
      return abandon(shipment)
    }
    reportRecovering(shipment, error, wait)
    shipment.timer = shard.schedule(after: wait) { [weak self, weak shipment] in
      guard let self, let shipment else { return }
      self.attempt(shipment)
    }
  }

  private func reportRecovering(_ shipment: Shipment, _ error: DeliveryError, _ wait: Duration) {
    if health != .recovering {
      health = .recovering
      host?.report(.recoverableError("\(error)"), from: id)
    }
    guard let held = retryThrottle.admit(at: shard.now) else { return }
    log.warn(
      "sending failed for now, it will be tried again",
      [
        "signal": .string(shipment.batch.signal.rawValue), "reason": .string("\(error)"),
        "wait": .string("\(wait)"), "similar": .int(held),
      ])
  }

  /// Fails a shipment for good.
  func drop(_ shipment: Shipment, _ error: DeliveryError) {
    let signal = shipment.batch.signal
    metrics.failed(signal, shipment.itemCount)
    let health: Health = error.isRetryable ? .recovering : .failed
    if self.health != health {
      self.health = health
      host?.report(
        error.isRetryable ? .recoverableError("\(error)") : .permanentError("\(error)"), from: id)
    }
    if let held = dropThrottle.admit(at: shard.now) {
      log.error(
        "dropped a batch that could not be sent",
        [
          "signal": .string(signal.rawValue), "items": .int(shipment.itemCount),
          "reason": .string("\(error)"), "similar": .int(held),
        ])
    }
    finish(shipment, .failure(error))
  }
}
