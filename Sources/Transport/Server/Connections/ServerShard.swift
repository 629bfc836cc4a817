internal import HTTPTypes
internal import Queues
internal import Synchronization

/// The connections of one server on one shard.
///
/// Confined to the shard.
final class ServerShard {
  let shard: Shard
  let decompressor = BodyDecompressor()
  /// How long the server's requests take; nil where that is not shown.
  let durations: RequestDurations?
  private let admission: ConnectionAdmission
  private var date = DateField()
  private var connections: [ObjectIdentifier: any ServerConnection] = [:]
  private var isDraining = false
  private var drained: (@Sendable () -> Void)?

  init(_ shard: Shard, admission: ConnectionAdmission, durations: RequestDurations?) {
    self.shard = shard
    self.admission = admission
    self.durations = durations
  }

  /// Adds the date to the fields of an answer.
  func date(_ fields: inout HTTPFields) { date.append(to: &fields) }

  /// Keeps `connection` until `remove`; false when there is no room for another.
  func insert(_ connection: any ServerConnection) -> Bool {
    guard !isDraining, admission.enter() else { return false }
    connections[ObjectIdentifier(connection)] = connection
    return true
  }

  /// Puts `next` in the place of `connection`.
  func replace(_ connection: any ServerConnection, by next: any ServerConnection) {
    guard connections.removeValue(forKey: ObjectIdentifier(connection)) != nil else { return }
    connections[ObjectIdentifier(next)] = next
  }

  func remove(_ connection: any ServerConnection) {
    guard connections.removeValue(forKey: ObjectIdentifier(connection)) != nil else { return }
    admission.leave()
    if connections.isEmpty { drained.take()?() }
  }

  /// Drains all connections and cuts those that are open after `patience`; then calls `done`.
  func stop(patience: Duration, _ done: @escaping @Sendable () -> Void) {
    isDraining = true
    guard !connections.isEmpty else {
      done()
      return
    }
    drained = done
    shard.schedule(after: patience) { [weak self] in
      guard let self else { return }
      for connection in Array(connections.values) { connection.abort() }
    }
    for connection in Array(connections.values) { connection.drain() }
  }
}

/// How many connections a server may have open on all shards together.
final class ConnectionAdmission: Sendable {
  private let limit: Int
  private let open = Atomic<Int>(0)

  init(limit: Int) {
    self.limit = limit
  }

  var openCount: Int { open.load(ordering: .relaxed) }

  func enter() -> Bool {
    if open.wrappingAdd(1, ordering: .relaxed).newValue <= limit { return true }
    leave()
    return false
  }

  func leave() {
    open.wrappingSubtract(1, ordering: .relaxed)
  }
}
