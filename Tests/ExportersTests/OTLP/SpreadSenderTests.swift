import Dispatch
import ExporterSupport
import Queues
import Synchronization
import Telemetry
import TestSupport
import Testing

@testable import Exporters

@Suite(.timeLimit(.minutes(1))) struct SpreadSenderTests {
  /// Notes on which shard what was asked of it; confined to that shard.
  private final class NotingSender: BatchSender {
    private let shard: Shard
    private let notes: Notes

    init(_ shard: Shard, _ notes: Notes) {
      self.shard = shard
      self.notes = notes
    }

    func send(
      _ batch: TelemetryBatch, timeout: Duration, _ done: @escaping (SendOutcome) -> Void
    ) {
      shard.assertIsCurrent()
      notes.add("\(batch.payload.itemCount) on \(shard.index)")
      done(.delivered(rejectedItems: batch.payload.itemCount, message: ""))
    }

    func drain() {
      shard.assertIsCurrent()
      notes.add("drain on \(shard.index)")
    }

    func close(_ done: @escaping () -> Void) {
      shard.assertIsCurrent()
      notes.add("close on \(shard.index)")
      done()
    }
  }

  private final class Notes: Sendable {
    private let list = Mutex<[String]>([])

    var all: [String] { list.withLock { $0 } }

    func add(_ note: String) {
      list.withLock { $0.append(note) }
    }
  }

  /// A sender at home on the second of three shards.
  private static func make(_ rig: TestRig, _ notes: Notes) -> ShardBound<SpreadSender> {
    let home = rig.shards.all[1]
    let senders = rig.shards.all.map {
      ShardBound<any BatchSender>(NotingSender($0, notes), to: $0)
    }
    return ShardBound(SpreadSender(home: home, over: senders), to: home)
  }

  @Test("sends on each shard in turn, and brings every outcome home")
  func takesTurns() async throws {
    let rig = try TestRig(shards: 3)
    let notes = Notes()
    let outcomes = Notes()
    let sender = Self.make(rig, notes)
    for count in 1...6 {
      let batch = BatchBuilder.spans(count, delivery: .unobserved)
      sender.shard.post {
        sender.value.send(batch, timeout: .zero) { outcome in
          sender.shard.assertIsCurrent()
          outcomes.add("\(outcome)")
        }
      }
    }
    await rig.drain()
    #expect(notes.all.sorted() == ["1 on 0", "2 on 1", "3 on 2", "4 on 0", "5 on 1", "6 on 2"])
    let expected = (1...6).map { "\(SendOutcome.delivered(rejectedItems: $0, message: ""))" }
    #expect(outcomes.all.sorted() == expected.sorted())
  }

  @Test("drains and closes all senders on their shards, and is closed when the last is")
  func closes() async throws {
    let rig = try TestRig(shards: 3)
    let notes = Notes()
    let sender = Self.make(rig, notes)
    sender.shard.post {
      sender.value.drain()
      sender.value.close {
        sender.shard.assertIsCurrent()
        notes.add("closed")
      }
    }
    await rig.drain()
    #expect(notes.all.last == "closed")
    let expected = (0..<3).flatMap { ["close on \($0)", "drain on \($0)"] } + ["closed"]
    #expect(notes.all.sorted() == expected.sorted())
  }
}
