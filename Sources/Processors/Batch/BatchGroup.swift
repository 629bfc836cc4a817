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
  private var deliveries: [Delivery] = []

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
    deliveries.append(batch.delivery)
  }

  /// Takes what waits as batches of at most the maximum; without `all` a smaller rest stays.
  func take(all: Bool) -> [Ready] {
    guard !payload.isEmpty else { return [] }
    var parts: [Payload] = []
    var rest = payload
    while maximum > 0, rest.itemCount > maximum {
      let (head, tail) = rest.split(afterItems: maximum, signal: signal)
      parts.append(head)
      rest = tail
    }
    let keepsRest = !all && maximum > 0 && rest.itemCount < maximum
    parts.append(rest)
    let promises = Delivery.merging(deliveries).split(into: parts.count)
    var ready = zip(parts, promises).map { Ready(payload: $0, origin: origin, delivery: $1) }
    payload = .empty
    deliveries = []
    if keepsRest, ready.count > 1, let last = ready.popLast() {
      payload = last.payload
      deliveries = [last.delivery]
    } else {
      timer?.cancel()
      timer = nil
    }
    return ready
  }
}

/// The groups that have something waiting, by the values of the metadata keys.
final class BatchGroups {
  private let keys: [String]
  private let limit: Int
  private let signal: Signal
  private let maximum: Int
  private var made = 0
  private var groups: [[[String]]: BatchGroup] = [:]

  init(_ config: BatchConfig, _ signal: Signal) {
    self.signal = signal
    keys = config.metadataKeys
    limit = max(1, config.metadataCardinalityLimit)
    maximum = config.sendBatchMaxSize
  }

  var count: Int { groups.count }

  /// The group that has waited longest, where a group for this origin would be one too many.
  ///
  /// - Complexity: O(1) below the limit, else O(groups)
  func groupToSendBefore(_ origin: Origin) -> BatchGroup? {
    guard groups.count >= limit, groups[key(of: origin)] == nil else { return nil }
    return groups.values.min { $0.number < $1.number }
  }

  private func key(of origin: Origin) -> [[String]] {
    keys.map { origin.values(of: $0) }
  }

  /// The group of a batch that came in like this, made where none waits.
  func group(for origin: Origin) -> BatchGroup {
    let key = key(of: origin)
    if let known = groups[key] { return known }
    let metadata = zip(keys, key)
      .filter { !$1.isEmpty }
      .map { Origin.Metadata(name: $0, values: $1) }
    made += 1
    let group = BatchGroup(
      number: made, key: key, signal: signal, origin: Origin(metadata: metadata), maximum: maximum)
    groups[key] = group
    return group
  }

  func remove(_ group: BatchGroup) {
    groups[group.key] = nil
  }

  func removeAll() -> [BatchGroup] {
    defer { groups = [:] }
    return Array(groups.values)
  }
}
