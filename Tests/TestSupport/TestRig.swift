public import Components
public import Diagnostics
public import Queues
public import Telemetry

/// The surroundings of one component under test: shards on a manual clock, log, metrics and memory.
public final class TestRig: Sendable {
  /// The clock that all shards follow.
  public let clock = ManualClock()
  /// The shards.
  public let shards: Shards
  /// The log's lines.
  public let sink = RecordingLogSink()
  /// The metrics.
  public let registry = MetricsRegistry()
  /// The account of the bytes held.
  public let memory: MemoryBudget
  /// The host.
  public let host = RecordingHost()

  /// Surroundings with `shards` shards and `memoryLimit` bytes.
  public init(shards count: Int = 1, memoryLimit: Int = 1 << 30) throws {
    shards = try Shards(count: count, clock: clock)
    memory = MemoryBudget(limit: memoryLimit)
  }

  deinit {
    shards.close()
  }

  /// The settings of a component called `id`.
  public func settings(_ id: ComponentID = ComponentID(type: "test")) -> ComponentSettings {
    ComponentSettings(
      id: id, shards: shards, log: Log(sink), metrics: MetricsScope(registry), memory: memory,
      version: "0.0.0-test")
  }

  /// Waits until all shards have done what was posted, and what that posted in turn.
  public func drain() async {
    for _ in 0..<4 {
      for shard in shards.all {
        await withCheckedContinuation { done in shard.post { done.resume() } }
      }
    }
  }

  /// Moves the clock and waits until the shards have done what became due.
  public func advance(by duration: Duration) async {
    clock.advance(by: duration)
    await drain()
  }

  /// The value of the metric called `name`, of the first series where it has several.
  ///
  /// Of a histogram called `size` there are `size_count` and `size_sum`.
  public func metric(_ name: String) -> Int? {
    for sample in registry.samples() {
      if sample.key.name == name { return sample.value }
      guard case .histogram(let reading) = sample.reading else { continue }
      if sample.key.name + "_count" == name { return reading.count }
      if sample.key.name + "_sum" == name { return Int(reading.sum) }
    }
    return nil
  }
}
