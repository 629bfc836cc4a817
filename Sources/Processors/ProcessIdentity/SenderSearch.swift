internal import Bytes
internal import Diagnostics
internal import Identity
internal import Queues
internal import Telemetry

/// Finds processes by their connections.
///
/// Confined to one queue, which it blocks.
final class SenderSearch {
  private static let tableCapacity = 1024

  private var diagnostics: SocketDiagnostics?
  private var isBroken = false
  private var holders = SocketHolders()
  private lazy var table: ProcessTable = {
    var settings = ProcessTable.Settings()
    settings.capacity = SenderSearch.tableCapacity
    return ProcessTable(settings)
  }()

  /// For each sender the program for what it sends, nil where its process is not found.
  func find(
    _ senders: [ConnectionSender], _ make: SenderProgram, until deadline: MonotonicTime, _ log: Log?
  ) -> [RewriteProgram?] {
    var keys = [ProcessKey?](repeating: nil, count: senders.count)
    var wanted: [SocketHolders.Wanted] = []
    var inodes: [Int: UInt64] = [:]
    for (index, sender) in senders.enumerated() {
      switch sender.sender {
      case .remote: break
      case .process(let process, _): keys[index] = key(of: process, since: sender.acceptTime)
      case .socket(let ends):
        guard let socket = socket(ends, log) else { continue }
        inodes[index] = socket.inode
        wanted.append(SocketHolders.Wanted(socket, since: sender.acceptTime))
      }
    }
    if !wanted.isEmpty {
      let found = holders.find(wanted) { MonotonicTime.now > deadline }
      for (index, inode) in inodes { keys[index] = found[inode] }
    }
    table.expire()
    return keys.map { key in key.flatMap { program($0, make) } }
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

  private func program(_ key: ProcessKey, _ make: SenderProgram) -> RewriteProgram? {
    guard let entry = table.refresh(key) else { return nil }
    return make.program(
      entry, table.resource(of: entry),
      owner: entry.user.flatMap { table.userName(of: $0) }?.text,
      createdAt: table.boot.creationText(of: key))
  }
}
