internal import Components
internal import Dispatch
internal import Queues
internal import Telemetry

/// Hands each batch to several consumers, which share its bytes.
///
/// A batch is taken only when every consumer would take it, so that a refused sender can offer it
/// again without doubling it at some of them. A consumer that changes its mind in between gets the
/// batch later from its backlog.
final class FanOut: Consumer {
  private let branches: [Backlog]

  init(to consumers: [any Consumer], on shard: Shard) {
    branches = consumers.map { Backlog(for: $0, on: shard) }
  }

  var refusal: DeliveryError? {
    for branch in branches {
      if let refusal = branch.refusal { return refusal }
    }
    return nil
  }

  var congestion: Congestion {
    branches.reduce(.none) { max($0, $1.congestion) }
  }

  func consume(_ batch: TelemetryBatch) throws(DeliveryError) {
    if let refusal { throw refusal }
    let parts = batch.delivery.split(into: branches.count)
    for (branch, part) in zip(branches, parts) {
      var copy = batch
      copy.delivery = part
      branch.offer(copy)
    }
  }

  /// Hands on what is kept before `deadline`, then calls `done` once.
  func stop(by deadline: DispatchTime, _ done: @escaping @Sendable () -> Void) {
    let group = DispatchGroup()
    for branch in branches {
      group.enter()
      branch.stop(by: deadline) { group.leave() }
    }
    group.notify(queue: .global(), execute: done)
  }
}
