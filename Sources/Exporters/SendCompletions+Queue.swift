internal import Dispatch
internal import ExporterSupport
internal import Queues

extension ShardBound<SendCompletions> {
  /// Runs `work` on `queue`, then calls `done` on the shard with what it returned.
  func run(
    on queue: DispatchQueue, _ work: @escaping @Sendable () -> SendOutcome,
    _ done: @escaping (SendOutcome) -> Void
  ) {
    let ticket = value.keep(done)
    queue.async {
      let outcome = work()
      shard.post { value.answer(ticket, outcome) }
    }
  }
}
