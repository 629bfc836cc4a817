internal import Queues
internal import Telemetry

/// The batches that wait to be joined, all with the same values of the metadata keys.
///
/// Confined to the processor's home shard.
final class BatchGroup {
  /// A joined batch.
  struct Ready {
    let payload: Payload
    let origin: Origin
    let delivery: Delivery
  }

  /// Counts up with each group made.
  let number: Int
  let key: [[String]]
  var timer: ShardTimer?
  private let signal: Signal
  private let origin: Origin
  private let maximum: Int
  private var payload = Payload.empty
  /// The promises for what waits, in its order, each with the number of items it is for.
  private var promises: [(delivery: Delivery, itemCount: Int)] = []

  init(number: Int, key: [[String]], signal: Signal, origin: Origin, maximum: Int) {
    self.number = number
    self.key = key
    self.signal = signal
    self.origin = origin
    self.maximum = maximum
  }

  var itemCount: Int { payload.itemCount }
  var isEmpty: Bool { payload.isEmpty }

  func append(_ batch: TelemetryBatch) {
    payload.append(batch.payload)
    promises.append((batch.delivery, batch.payload.itemCount))
  }

  /// Takes what waits as batches of at most the maximum; without `all` a smaller rest stays.
  func take(all: Bool) -> [Ready] {
    guard !payload.isEmpty else { return [] }
    if maximum == 0 || payload.itemCount <= maximum { return [takeWhole()] }
    var parts =
      maximum > 0 ? payload.divided(itemCount: maximum, signal: signal) : [payload]
    var shares = BatchGroup.divide(promises, among: parts)
    payload = .empty
    promises = []
    if !all, parts.count > 1, let last = parts.last, last.itemCount < maximum {
      payload = parts.removeLast()
      promises = shares.removeLast()
    } else {
      timer?.cancel()
      timer = nil
    }
    return zip(parts, shares).map { part, share in
      Ready(payload: part, origin: origin, delivery: .merging(share.map(\.delivery)))
    }
  }

  private func takeWhole() -> Ready {
    let ready = Ready(
      payload: payload, origin: origin, delivery: .merging(promises.map(\.delivery)))
    payload = .empty
    promises = []
    timer?.cancel()
    timer = nil
    return ready
  }

  /// The promises for each part; one whose items are in several parts is split.
  ///
  /// A part settles those alone whose items it has: a promise must not wait for items that came
  /// in after its own.
  private static func divide(
    _ promises: [(delivery: Delivery, itemCount: Int)], among parts: [Payload]
  ) -> [[(delivery: Delivery, itemCount: Int)]] {
    var shares: [[(delivery: Delivery, itemCount: Int)]] = parts.map { _ in [] }
    var part = 0
    var room = parts[0].itemCount
    for promise in promises {
      var pieces: [(part: Int, itemCount: Int)] = []
      var rest = promise.itemCount
      while rest > 0 {
        while room == 0, part < parts.count - 1 {
          part += 1
          room = parts[part].itemCount
        }
        // The last part takes what is left in any case, so that no promise is without a part.
        let count = part == parts.count - 1 ? rest : min(rest, room)
        pieces.append((part, count))
        rest -= count
        room -= min(room, count)
      }
      for (piece, delivery) in zip(pieces, promise.delivery.split(into: pieces.count)) {
        shares[piece.part].append((delivery, piece.itemCount))
      }
    }
    return shares
  }
}
