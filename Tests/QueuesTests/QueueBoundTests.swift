import Dispatch
import Queues
import Testing

@Suite struct QueueBoundTests {
  private struct Refusal: Error, Equatable {}

  private final class Box {
    var count = 0
  }

  @Test("waits for what runs on the queue, and throws what it throws")
  func waits() {
    let bound = QueueBound(Box(), to: DispatchQueue(label: "swiftlet.test"))
    bound.wait { $0.count += 1 }
    let error = #expect(throws: Refusal.self) {
      try bound.wait { (box) throws(Refusal) in
        box.count += 1
        throw Refusal()
      }
    }
    #expect(error == Refusal())
    let count = bound.queue.sync { bound.value.count }
    #expect(count == 2)
  }
}
