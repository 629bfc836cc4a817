internal import Bytes
internal import Identity
internal import Telemetry

/// What log records tell of askers and of the servers that they asked, encoded once a round: most lookups of a round have it
/// in common.
struct LookupContexts: ~Copyable {
  /// The most that are kept.
  static let limit = 8

  /// Where the parts for one asker and server are.
  struct Context {
    let process: ProcessKey
    let server: DNSServer
    /// The resource's attributes.
    let resource: Range<Int>
    /// Those of the record.
    let attributes: Range<Int>
  }

  private let processes: ProcessTable
  private(set) var bytes = ByteBuffer(minimumCapacity: 1024)
  private var contexts: [Context] = []
  private var latest = 0
  private var round: UInt64 = 0

  /// Contexts of processes as the table knows them.
  init(_ processes: ProcessTable) {
    self.processes = processes
    contexts.reserveCapacity(LookupContexts.limit)
  }

  /// The context of a lookup, as it is known in this round.
  mutating func find(_ lookup: DNSLookup, round: UInt64) -> Context {
    if round != self.round {
      self.round = round
      clear()
    }
    if latest < contexts.count, isContext(latest, of: lookup) { return contexts[latest] }
    if let place = contexts.indices.first(where: { isContext($0, of: lookup) }) {
      latest = place
      return contexts[place]
    }
    if contexts.count >= LookupContexts.limit { clear() }
    latest = contexts.count
    contexts.append(make(lookup))
    return contexts[latest]
  }

  private func isContext(_ place: Int, of lookup: DNSLookup) -> Bool {
    contexts[place].process == lookup.process && contexts[place].server == lookup.server
  }

  private mutating func clear() {
    contexts.removeAll(keepingCapacity: true)
    bytes.truncate(to: 0)
  }

  private mutating func make(_ lookup: DNSLookup) -> Context {
    let entry = lookup.hasProcess ? processes.look(up: lookup.process) : nil
    let start = bytes.count
    if let entry { bytes.append(processes.resource(of: entry).attributes.bytes) }
    let middle = bytes.count
    append(lookup.server)
    if let entry {
      bytes.append(processes.attributes(of: entry).bytes)
    } else if lookup.hasProcess {
      let field = LogsWriter.attributesField
      bytes.appendAttribute("process.pid", Int64(lookup.process.pid), as: field)
      let created = processes.boot.creationText(of: lookup.process)
      bytes.appendAttribute("process.creation.time", created.utf8Span.span, as: field)
    }
    return Context(
      process: lookup.process, server: lookup.server, resource: start..<middle,
      attributes: middle..<bytes.count)
  }

  private mutating func append(_ server: DNSServer) {
    var text = ByteBuffer(minimumCapacity: 40)
    server.address.append(to: &text)
    let field = LogsWriter.attributesField
    bytes.appendAttribute("server.address", text.span, as: field)
    bytes.appendAttribute("server.port", Int64(server.port), as: field)
    let transport: StaticString = server.isStream ? "tcp" : "udp"
    bytes.appendAttribute("network.transport", transport, as: field)
    let family: StaticString = server.address.isIPv4 ? "ipv4" : "ipv6"
    bytes.appendAttribute("network.type", family, as: field)
  }
}
