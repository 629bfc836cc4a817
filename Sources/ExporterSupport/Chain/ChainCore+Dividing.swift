internal import Diagnostics
internal import Queues
internal import Telemetry

extension ChainCore {
  /// How often a batch is halved: 64 MiB come down to 64 KiB, which every backend takes.
  ///
  /// It bounds what a destination costs that finds everything too large, such as one whose quota is
  /// spent: at most 2^11 requests for a batch.
  static let maximumHalvings = 10

  /// Puts the halves of a shipment that is too large for the destination in front of all others.
  func divide(_ shipment: Shipment, _ reason: String) {
    let halves =
      shipment.halvings < ChainCore.maximumHalvings
      ? halves(of: shipment.parts, shipment.batch) : []
    guard halves.count > 1 else {
      return drop(shipment, .permanent("too large for the destination: \(reason)"))
    }
    if let held = divisionThrottle.admit(at: shard.now) {
      log.warn(
        "the destination takes no batch of this size, its halves are sent",
        [
          "signal": .string(shipment.batch.signal.rawValue), "items": .int(shipment.itemCount),
          "bytes": .int(shipment.batch.payload.byteCount), "reason": .string(reason),
          "similar": .int(held),
        ])
    }
    active[ObjectIdentifier(shipment)] = nil
    for parts in halves.reversed() {
      let half = makeShipment(parts)
      half.halvings = shipment.halvings + 1
      half.firstAttempt = shipment.firstAttempt
      ready.prepend(half)
    }
    pump()
  }

  /// The parts in two groups of about the same size, or one part's items in such parts.
  private func halves(of parts: [QueuedBatch], _ batch: TelemetryBatch) -> [[QueuedBatch]] {
    let half = (batch.payload.byteCount + 1) / 2
    if parts.count == 1 {
      guard batch.payload.itemCount > 1 else { return [] }
      var (head, tail) = batch.payload.split(maximumBytes: half, signal: batch.signal)
      if head.isEmpty || tail.isEmpty {
        (head, tail) = batch.payload.split(
          afterItems: batch.payload.itemCount / 2, signal: batch.signal)
      }
      guard !head.isEmpty, !tail.isEmpty else { return [] }
      return parts[0].divided(into: [head, tail]).map { [$0] }
    }
    var count = 1
    var size = parts[0].batch.payload.byteCount
    while count < parts.count - 1, size < half {
      size += parts[count].batch.payload.byteCount
      count += 1
    }
    return [Array(parts[..<count]), Array(parts[count...])]
  }
}
