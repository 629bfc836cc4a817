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
    let size = config.size(of: batch.payload)
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
    return addition
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
