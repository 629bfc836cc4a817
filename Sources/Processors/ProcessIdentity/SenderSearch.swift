internal import Bytes
internal import Diagnostics
internal import Glibc
internal import Identity
internal import Queues
internal import Telemetry

/// Finds processes by their connections.
///
/// Confined to one queue, which it blocks.
final class SenderSearch {
  private static let tableCapacity = 1024

  private let owners: ConnectionOwners
  private var diagnostics: SocketDiagnostics?
  private var isBroken = false
  private var holders = SocketHolders()
  private lazy var table: ProcessTable = {
    var settings = ProcessTable.Settings()
    settings.capacity = SenderSearch.tableCapacity
    return ProcessTable(settings)
  }()

  /// A search that asks `owners` for connections that are closed already.
  init(_ owners: ConnectionOwners = .process) {
    self.owners = owners
    owners.want()
  }

  /// For each sender the program for what it sends, or why there is none; pending where the kernel may yet tell.
  func find(
    _ senders: [ConnectionSender], _ make: SenderProgram, until deadline: MonotonicTime, _ log: Log?
  ) -> [ConnectionSender.Answer] {
    var keys = [ProcessKey?](repeating: nil, count: senders.count)
    var wanted: [SocketHolders.Wanted] = []
    var inodes: [Int: UInt64] = [:]
    var closed: [Int: ConnectionOwners.Ends] = [:]
    for (index, sender) in senders.enumerated() {
      switch sender.sender {
      case .remote: break
      case .process(let process, _): keys[index] = key(of: process, since: sender.acceptTime)
      case .socket(let ends):
        guard let socket = socket(ends, log) else {
          closed[index] = ConnectionOwners.Ends(ends)
          continue
        }
        inodes[index] = socket.inode
        wanted.append(SocketHolders.Wanted(socket, since: sender.acceptTime))
      }
    }
    if !wanted.isEmpty {
      let found = holders.find(wanted) { MonotonicTime.now > deadline }
      for (index, inode) in inodes {
        keys[index] = found[inode]
        // It may have been closed while it was looked for.
        if keys[index] == nil, case .socket(let ends) = senders[index].sender {
          if socket(ends, log) == nil { closed[index] = ConnectionOwners.Ends(ends) }
        }
      }
    }
    let told = findClosed(closed, senders)
    table.expire()
    return senders.indices.map { index in
      if let program = program(keys[index], told[index], make) { return .known(program) }
      // A process that was found and is gone meanwhile has closed its end too.
      if closed[index] == nil, keys[index] == nil { return .unknown(.notFound) }
      return owners.isFed ? .pending : .unknown(.closed)
    }
  }

  /// The owners of connections that their senders have closed, as far as the kernel has told them.
  ///
  /// The kernel tells of a connection when it is over, which can be a moment after its end was closed.
  private func findClosed(
    _ closed: [Int: ConnectionOwners.Ends], _ senders: [ConnectionSender]
  ) -> [Int: ConnectionOwners.Owner] {
    guard !closed.isEmpty, owners.isFed else { return [:] }
    owners.refresh()
    var found: [Int: ConnectionOwners.Owner] = [:]
    for (index, ends) in closed {
      found[index] = owners.find(ends, acceptedAt: senders[index].acceptTime)
    }
    return found
  }

  /// The process that has the number, if it was there when it connected.
  private func key(of process: UInt32, since time: UInt64) -> ProcessKey? {
    guard process != 0, let entry = table.look(up: process),
      entry.key.startTicks <= time / ProcessKey.nanosecondsPerTick
    else { return nil }
    return entry.key
  }

  private func socket(_ ends: TCPEnds, _ log: Log?) -> SocketDiagnostics.Socket? {
    do {
      if diagnostics == nil { diagnostics = try SocketDiagnostics() }
      return try diagnostics?.find(ends)
    } catch {
      if !isBroken {
        log?.warn(
          "the kernel does not tell whose sockets are whose; senders over TCP stay unknown",
          ["reason": .string(error.description)])
      }
      isBroken = true
      diagnostics = nil
      return nil
    }
  }

  private func program(
    _ key: ProcessKey?, _ owner: ConnectionOwners.Owner?, _ make: SenderProgram
  ) -> RewriteProgram? {
    guard let key = key ?? owner?.key,
      let entry = table.refresh(key) ?? owner.map({ table.noteGone($0) })
    else { return nil }
    return make.program(
      entry, table.resource(of: entry),
      owner: entry.user.flatMap { table.userName(of: $0) }?.text,
      createdAt: table.boot.creationText(of: key))
  }
}
