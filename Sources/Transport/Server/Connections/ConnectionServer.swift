internal import Diagnostics
internal import Dispatch
internal import Queues
internal import Sockets
internal import Synchronization

/// What all servers have in common: a listener and the connections it accepted, on every shard.
final class ConnectionServer: Sendable {
  /// Makes a connection's protocol on its shard; the connection enters the book by itself.
  typealias Accept = @Sendable (StreamConnection, ServerShard) -> Void

  private struct State {
    var listener: Listener?
    var isStopped = false
  }

  private let books: [ShardBound<ServerShard>]
  private let shards: [Shard]
  private let admission: ConnectionAdmission
  private let log: Log
  private let refused: Counter
  private let accept: Accept
  private let state = Mutex(State())

  init(
    shards: Shards, maxConnections: Int, log: Log, metrics: MetricsScope,
    durations: RequestDurations?, accept: @escaping Accept
  ) {
    let admission = ConnectionAdmission(limit: maxConnections)
    self.admission = admission
    self.shards = shards.all
    var books: [ShardBound<ServerShard>] = []
    for shard in shards.all {
      books.append(
        ShardBound(ServerShard(shard, admission: admission, durations: durations), to: shard))
    }
    self.books = books
    self.log = log
    self.accept = accept
    refused = metrics.counter("swiftlet_server_refused_connections")
    metrics.observe("swiftlet_server_open_connections") { admission.openCount }
  }

  var boundAddress: SocketAddress? { state.withLock { $0.listener?.boundAddress } }

  func start(on address: SocketAddress) throws(ListenError) {
    let listener = try Listener(
      address, shards: shards, log: log, refused: refused,
      accepted: { [books, accept] connection in
        for book in books where book.shard === connection.shard {
          accept(connection, book.value)
        }
      })
    state.withLock { $0.listener = listener }
  }

  func stop(by deadline: DispatchTime, _ done: @escaping @Sendable () -> Void) {
    let listener: Listener? = state.withLock { state in
      guard !state.isStopped else { return nil }
      state.isStopped = true
      return state.listener.take()
    }
    guard let listener else {
      done()
      return
    }
    let now = DispatchTime.now().uptimeNanoseconds
    let left = deadline.uptimeNanoseconds > now ? deadline.uptimeNanoseconds - now : 0
    let patience = Duration.nanoseconds(Int64(clamping: left))
    let remaining = PendingStops(count: books.count, done)
    listener.close { [books] in
      for book in books {
        // Behind the last accepted connection that may still be on its way to the shard.
        book.shard.post { book.value.stop(patience: patience) { remaining.arrive() } }
      }
    }
  }
}

/// Calls back when all shards of a server have stopped.
private final class PendingStops: Sendable {
  private let count: Atomic<Int>
  private let done: @Sendable () -> Void

  init(count: Int, _ done: @escaping @Sendable () -> Void) {
    self.count = Atomic(count)
    self.done = done
  }

  func arrive() {
    if count.wrappingSubtract(1, ordering: .acquiringAndReleasing).newValue == 0 { done() }
  }
}
