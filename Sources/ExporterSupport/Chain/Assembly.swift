internal import Telemetry

/// Batches that wait to be merged, by signal and by the headers in which they must agree.
struct Assembly {
  struct Key: Hashable {
    let signal: Signal
    let values: [[String]]
  }

  private struct Partition {
    var parts: [QueuedBatch] = []
    var size = 0
    let generation: Int
  }

  /// What became of a batch that was added.
  struct Addition {
    /// Groups that are complete, in the order in which they are to be sent.
    var complete: [[QueuedBatch]] = []
    /// The key and generation of a group that this batch began and that waits for more.
    var opened: (key: Key, generation: Int)?
  }

  private let config: QueueBatchConfig
  private var partitions: [Key: Partition] = [:]
  private var generation = 0

  init(_ config: QueueBatchConfig) {
    self.config = config
  }

  var isEmpty: Bool { partitions.isEmpty }
  var metadataKeys: [String] { config.metadataKeys }

  mutating func add(_ queued: QueuedBatch) -> Addition {
    var addition = Addition()
    let batch = queued.batch
    // Profiles share a dictionary within one request, so requests must not be joined.
    guard batch.signal != .profiles else {
      addition.complete.append([queued])
      return addition
    }
    let key = Key(
      signal: batch.signal, values: config.metadataKeys.map { batch.origin.values(of: $0) })
    for part in divided(queued, key) { place(part, key, &addition) }
    return addition
  }

  private mutating func place(_ queued: QueuedBatch, _ key: Key, _ addition: inout Addition) {
    let size = config.size(of: queued.batch.payload)
    if config.maxSize > 0, let partition = partitions[key],
      partition.size + size > config.maxSize
    {
      addition.complete.append(partition.parts)
      partitions[key] = nil
    }
    if partitions[key] == nil {
      generation += 1
      partitions[key] = Partition(generation: generation)
      addition.opened = (key, generation)
    }
    partitions[key]?.parts.append(queued)
    partitions[key]?.size += size
    if let partition = partitions[key], partition.size >= config.minSize {
      addition.complete.append(partition.parts)
      addition.opened = nil
      partitions[key] = nil
    }
  }

  /// The batch in parts of at most `max_size`, of which the first fills up the group that waits.
  private func divided(_ queued: QueuedBatch, _ key: Key) -> [QueuedBatch] {
    let batch = queued.batch
    let limit = config.maxSize
    let present = partitions[key]?.size ?? 0
    guard limit > 0, present + config.size(of: batch.payload) > limit else { return [queued] }
    var parts: [Payload] = []
    var rest = batch.payload
    if config.sizer == .items, present > 0, present < limit {
      let (head, tail) = rest.split(afterItems: limit - present, signal: batch.signal)
      guard !head.isEmpty, !tail.isEmpty else { return [queued] }
      parts.append(head)
      rest = tail
    }
    parts +=
      config.sizer == .items
      ? rest.divided(itemCount: limit, signal: batch.signal)
      : rest.divided(itemCount: .max, byteCount: limit, signal: batch.signal)
    return parts.count > 1 ? queued.divided(into: parts) : [queued]
  }

  /// Takes the group of `key` whose time is up, unless it is gone already.
  mutating func take(_ key: Key, generation: Int) -> [QueuedBatch]? {
    guard let partition = partitions[key], partition.generation == generation else { return nil }
    partitions[key] = nil
    return partition.parts
  }

  /// Takes all groups, oldest first.
  mutating func takeAll() -> [[QueuedBatch]] {
    let groups = partitions.values.sorted { $0.generation < $1.generation }.map(\.parts)
    partitions = [:]
    return groups
  }
}
