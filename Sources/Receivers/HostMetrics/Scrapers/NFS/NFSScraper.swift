internal import Bytes
internal import Procfs
internal import Telemetry

/// What the kernel's NFS client and server have done, from /proc/net/rpc.
final class NFSScraper: HostScraper {
  let name: StaticString = "nfs"
  let scope: StaticString = "swiftlet/host_metrics/nfs"
  private let switches: MetricSwitches
  private let readsFirstProcess: Bool

  /// A scraper that reads the network of process 1 where the root is another system's.
  init(_ switches: MetricSwitches, readsFirstProcess: Bool) {
    self.switches = switches
    self.readsFirstProcess = readsFirstProcess
  }

  func scrape(_ file: inout KernelFile, _ out: inout MetricsWriter) throws(ScrapeError) {
    // A host is a client, a server, both or, with neither module loaded, none of them.
    var failure: ScrapeError?
    do {
      try file.load(readsFirstProcess ? "/proc/1/net/rpc/nfs" : "/proc/net/rpc/nfs")
      writeClient(file.text, &out)
    } catch {
      failure = error
    }
    do {
      try file.load(readsFirstProcess ? "/proc/1/net/rpc/nfsd" : "/proc/net/rpc/nfsd")
      writeServer(file.text, &out)
    } catch {
      if let failure { throw failure }
    }
  }

  /// Writes the client's metrics; lines that are missing or short leave theirs out.
  func writeClient(_ text: Span<UInt8>, _ out: inout MetricsWriter) {
    writeNetwork(text, NFSMetrics.clientNet, NFSMetrics.clientConnections, &out)
    write(text, "rpc", 0, NFSMetrics.clientRPC, &out)
    write(text, "rpc", 1, NFSMetrics.clientRetransmits, &out)
    write(text, "rpc", 2, NFSMetrics.clientRefreshes, &out)
    if out.open(switches[NFSMetrics.clientProcedures]) {
      writeCalls(text, "proc3", .procedure, 3, NFSNames.version3, &out)
      // Of version 4 all calls but the null procedure are compounds of the operations below.
      writeCalls(text, "proc4", .procedure, 4, ["NULL"], &out)
      out.close()
    }
    if out.open(switches[NFSMetrics.clientOperations]) {
      writeCalls(text, "proc4", .operation, 4, NFSNames.clientOperations, skipping: 1, &out)
      out.close()
    }
  }

  /// Writes the server's metrics; lines that are missing or short leave theirs out.
  func writeServer(_ text: Span<UInt8>, _ out: inout MetricsWriter) {
    if out.open(switches[NFSMetrics.serverCache]) {
      writeSplit(text, "rc", 0, "nfs.server.repcache.status", ["hit", "miss", "nocache"], &out)
      out.close()
    }
    write(text, "fh", 0, NFSMetrics.serverStale, &out)
    if out.open(switches[NFSMetrics.serverIO]) {
      writeSplit(text, "io", 0, "network.io.direction", ["receive", "transmit"], &out)
      out.close()
    }
    write(text, "th", 0, NFSMetrics.serverThreads, &out)
    writeNetwork(text, NFSMetrics.serverNet, NFSMetrics.serverConnections, &out)
    if out.open(switches[NFSMetrics.serverRPC]) {
      if let count = NFSScraper.value(text, "rpc", 0) { out.point(count) }
      // The sum of the three kinds of errors stands in front of them.
      writeSplit(text, "rpc", 2, "error.type", ["format", "auth", "client"], &out)
      out.close()
    }
    if out.open(switches[NFSMetrics.serverProcedures]) {
      writeCalls(text, "proc3", .procedure, 3, NFSNames.version3, &out)
      writeCalls(text, "proc4", .procedure, 4, ["NULL", "COMPOUND"], &out)
      out.close()
    }
    if out.open(switches[NFSMetrics.serverOperations]) {
      // The first three numbers have no operation.
      writeCalls(text, "proc4ops", .operation, 4, NFSNames.serverOperations, skipping: 3, &out)
      out.close()
    }
  }
}

extension NFSScraper {
  private enum Call {
    case procedure
    case operation
  }

  private func writeNetwork(
    _ text: Span<UInt8>, _ records: MetricDefinition, _ connections: MetricDefinition,
    _ out: inout MetricsWriter
  ) {
    if out.open(switches[records]) {
      writeSplit(text, "net", 1, "network.transport", ["udp", "tcp"], &out)
      out.close()
    }
    write(text, "net", 3, connections, &out)
  }

  private func write(
    _ text: Span<UInt8>, _ line: StaticString, _ index: Int, _ metric: MetricDefinition,
    _ out: inout MetricsWriter
  ) {
    guard let value = NFSScraper.value(text, line, index), out.open(switches[metric]) else {
      return
    }
    out.point(value)
    out.close()
  }

  /// Writes one point for each of `values`, whose numbers stand side by side from `first` on.
  private func writeSplit(
    _ text: Span<UInt8>, _ line: StaticString, _ first: Int, _ key: StaticString,
    _ values: [StaticString], _ out: inout MetricsWriter
  ) {
    for index in values.indices {
      guard let value = NFSScraper.value(text, line, first + index) else { return }
      out.attribute(key, values[index])
      out.point(value)
    }
  }

  /// Writes how often each call of `names` was made; numbers beyond the names are of newer kernels.
  private func writeCalls(
    _ text: Span<UInt8>, _ line: StaticString, _ call: Call, _ version: UInt64,
    _ names: [StaticString], skipping: Int = 0, _ out: inout MetricsWriter
  ) {
    var cursor = TextCursor(text)
    guard NFSScraper.find(line, &cursor), let count = cursor.number() else { return }
    cursor.skipWords(skipping)
    for index in names.indices where UInt64(index + skipping) < count {
      guard let value = cursor.number() else { return }
      out.attribute("onc_rpc.version", number: version)
      switch call {
      case .procedure: out.attribute("onc_rpc.procedure.name", names[index])
      case .operation: out.attribute("nfs.operation.name", names[index])
      }
      out.point(value)
    }
  }

  /// The number at `index` of the line that begins with `line`; nil where there is none.
  static func value(_ text: Span<UInt8>, _ line: StaticString, _ index: Int) -> UInt64? {
    var cursor = TextCursor(text)
    guard find(line, &cursor) else { return nil }
    cursor.skipWords(index)
    return cursor.number()
  }

  /// Moves behind the first word of the line that begins with `line`.
  private static func find(_ line: StaticString, _ cursor: inout TextCursor) -> Bool {
    repeat {
      if cursor.word().isEqual(to: line) { return true }
    } while cursor.nextLine()
    return false
  }
}
