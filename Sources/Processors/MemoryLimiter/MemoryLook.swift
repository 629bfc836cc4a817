internal import Diagnostics
internal import Queues

/// The looks of a watch, one after the other; confined to its shard.
final class MemoryLook {
  private let watch: MemoryWatch
  private let shard: Shard
  private let log: Log
  private var timer: ShardTimer?
  private var isOverLimit = false
  private var gaveBackAt: MonotonicTime?
  /// How long the heap is left alone, as giving it back has not helped; zero where it has.
  private var pause = Duration.zero

  init(_ watch: MemoryWatch, _ shard: Shard, _ log: Log) {
    self.watch = watch
    self.shard = shard
    self.log = log
  }

  /// Looks now and at every interval from now on.
  func take() {
    var used = watch.memory.used()
    if used > watch.limits.soft, mayGiveBack(used) {
      watch.memory.giveBack()
      used = watch.memory.used()
      gaveBackAt = shard.now
      pause = used > watch.limits.soft ? max(pause * 2, watch.interval) : .zero
    }
    tell(used)
    timer = shard.schedule(after: watch.interval) { [weak self] in self?.take() }
  }

  /// Looks no more.
  func end() {
    timer?.cancel()
    timer = nil
    watch.set(isOverLimit: false)
  }

  private func mayGiveBack(_ used: Int) -> Bool {
    guard let gaveBackAt else { return true }
    let pauses = used > watch.limits.hard ? watch.hard : watch.soft
    return shard.now - gaveBackAt >= min(max(pause, pauses.shortest), pauses.longest)
  }

  private func tell(_ used: Int) {
    let isOver = used > watch.limits.soft
    guard isOver != isOverLimit else { return }
    isOverLimit = isOver
    watch.set(isOverLimit: isOver)
    if isOver {
      log.warn(
        "the process has more memory than the soft limit: senders are told to try again",
        ["used_mib": .int(used >> 20), "soft_limit_mib": .int(watch.limits.soft >> 20)])
    } else {
      log.info(
        "the process is below the soft memory limit: data is taken again",
        ["used_mib": .int(used >> 20)])
    }
  }
}
