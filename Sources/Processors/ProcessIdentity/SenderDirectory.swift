internal import Diagnostics
internal import Dispatch
internal import Glibc
internal import Identity
internal import Queues
internal import Synchronization
internal import Telemetry

/// Looks up the processes that connections come from, on a queue of its own.
///
/// Shared by the processors of one section: a connection is looked up once for all pipelines. What came meanwhile is
/// looked up together, and between two passes there is rest in proportion to what the first took.
final class SenderDirectory: Sendable {
  /// No more connections than this wait for a look-up; more go without.
  static let waitingLimit = 4096
  /// How long one pass over the processes may take.
  static let passLimit = Duration.seconds(2)
  /// The rest between two passes, in times of what the first took: at most a fifth of a processor is used.
  static let restFactor = 4

  private struct Inbox {
    var waiting: [ConnectionSender] = []
    var isScheduled = false
    var log: Log?
  }

  /// For each sender the program for what it sends, or why there is none; called on the directory's queue with the
  /// moment at which to stop, and a log.
  typealias Find = @Sendable ([ConnectionSender], MonotonicTime, Log?) -> [ConnectionSender.Answer]

  private let refreshInterval: Duration
  private let queue: DispatchQueue
  private let inbox = Mutex(Inbox())
  private let find: Find

  /// A directory that asks the kernel and makes programs as `make` says.
  convenience init(_ make: SenderProgram, refreshInterval: Duration) {
    let queue = DispatchQueue(label: "swiftlet.process_identity")
    let search = QueueBound(SenderSearch(), to: queue)
    self.init(on: queue, refreshInterval: refreshInterval) { senders, deadline, log in
      search.value.find(senders, make, until: deadline, log)
    }
  }

  /// A directory that asks `find`.
  init(on queue: DispatchQueue, refreshInterval: Duration, find: @escaping Find) {
    self.queue = queue
    self.refreshInterval = refreshInterval
    self.find = find
  }

  /// Where what goes wrong is told.
  func log(to log: Log) {
    inbox.withLock { $0.log = $0.log ?? log }
  }

  /// What is known of the connection's sender; looks it up where that is due.
  func sender(of connection: any SenderConnection) -> ConnectionSender {
    connection.kept(for: self) { ConnectionSender(connection) }
  }

  /// What to do with a batch that came from the sender.
  func answer(_ sender: ConnectionSender, _ clock: any ShardClock) -> ConnectionSender.Answer {
    let (answer, isDue) = sender.answer(at: clock.now)
    guard isDue else { return answer }
    let isTaken = inbox.withLock { inbox in
      guard inbox.waiting.count < SenderDirectory.waitingLimit else { return false }
      inbox.waiting.append(sender)
      if !inbox.isScheduled {
        inbox.isScheduled = true
        queue.async { [self] in pass(clock) }
      }
      return true
    }
    if isTaken { return answer }
    sender.settle(.unknown(.full), at: clock.now, refresh: refreshInterval)
    return .unknown(.full)
  }

  /// Looks up all that wait; on the directory's queue.
  private func pass(_ clock: any ShardClock) {
    let (senders, log) = inbox.withLock { (exchange(&$0.waiting, with: []), $0.log) }
    let start = SenderDirectory.workNanoseconds()
    let answers = find(senders, .now + SenderDirectory.passLimit, log)
    for (sender, answer) in zip(senders, answers) {
      sender.settle(answer, at: clock.now, refresh: refreshInterval)
    }
    let work = SenderDirectory.workNanoseconds() - start
    let rest = work * Int64(SenderDirectory.restFactor)
    queue.asyncAfter(deadline: .now() + .nanoseconds(Int(rest))) { [self] in
      let hasMore = inbox.withLock { inbox in
        inbox.isScheduled = !inbox.waiting.isEmpty
        return inbox.isScheduled
      }
      if hasMore { pass(clock) }
    }
  }

  /// What this thread has worked: a pass that waits uses no processor.
  private static func workNanoseconds() -> Int64 {
    var time = timespec()
    // The pointer is valid for the call.
    unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
