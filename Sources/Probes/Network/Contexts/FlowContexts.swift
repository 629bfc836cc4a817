internal import Bytes
internal import Identity
internal import Telemetry

/// What log records of flows have in common, encoded once: whose a flow is, between which ends, who is at the other one.
///
/// All attributes lie in one buffer, so that a record refers to nothing that is counted. Each owner, pair of ends and peer has one
/// place in its table, and one that comes later takes it over. What may change is looked at once a round.
struct FlowContexts: ~Copyable {
  /// From so many bytes of attributes on all is begun anew.
  static let byteLimit = 192 * 1024

  private let processes: ProcessTable
  private let names: PeerNames
  private let filter: NetworkFilter
  private(set) var bytes = ByteBuffer()
  private(set) var owners = [KnownOwner](repeating: KnownOwner(), count: KnownOwner.placeCount)
  private(set) var ends = [KnownEnds](repeating: KnownEnds(), count: KnownEnds.placeCount)
  private(set) var peers = [KnownPeer](repeating: KnownPeer(), count: KnownPeer.placeCount)
  private var text = ByteBuffer(minimumCapacity: 64)
  private var times = TimestampText()
  private var lastNumber = 0

  /// Contexts of processes and addresses as these know them.
  init(_ processes: ProcessTable, _ names: PeerNames, _ filter: NetworkFilter) {
    self.processes = processes
    self.names = names
    self.filter = filter
  }

  /// Makes room for another flow: what was found before may be gone.
  mutating func begin() {
    guard bytes.count >= FlowContexts.byteLimit else { return }
    bytes.truncate(to: 0)
    for place in owners.indices { owners[place] = KnownOwner() }
    for place in ends.indices { ends[place] = KnownEnds() }
    for place in peers.indices { peers[place] = KnownPeer() }
  }

  /// The place of the flow's owner in `owners`, as it is known in this round.
  mutating func owner(of flow: NetworkFlow, round: UInt64) -> Int {
    let key = flow.owner
    let place = Int(key.pid) & (KnownOwner.placeCount - 1)
    let isKnown =
      owners[place].round == round && owners[place].key == key
      && owners[place].execSequence == flow.execSequence
    if !isKnown { findOwner(of: flow, key, at: place, round) }
    return place
  }

  /// The place of the flow's ends in `ends`, as they are known in this round.
  mutating func ends(of flow: NetworkFlow, round: UInt64) -> Int {
    let key = NetworkEnds(flow)
    let place = key.place
    let isKnown =
      ends[place].round == round && ends[place].ends == key
      && ends[place].namesVersion == names.version
    if !isKnown { findEnds(key, at: place, flow.time, round) }
    return place
  }

  /// Where the attributes of the process at the other end are, as it is known in this round.
  mutating func peer(_ key: ProcessKey?, round: UInt64) -> Range<Int> {
    guard let key else { return 0..<0 }
    let place = Int(key.pid) & (KnownPeer.placeCount - 1)
    if peers[place].round != round || peers[place].key != key { findPeer(key, at: place, round) }
    return peers[place].attributes
  }

  private mutating func findOwner(
    of flow: NetworkFlow, _ key: ProcessKey, at place: Int, _ round: UInt64
  ) {
    let source = source(processes.owner(of: flow))
    if let known = owners[place].source, known == source {
      owners[place].execSequence = flow.execSequence
      owners[place].round = round
      return
    }
    let start = bytes.count
    bytes.append(source.resource.attributes.bytes)
    let middle = bytes.count
    bytes.append(source.attributes)
    owners[place] = KnownOwner(
      key: key, execSequence: flow.execSequence, round: round, number: nextNumber(),
      isWanted: filter.wants(source.entry), resourceAttributes: start..<middle,
      attributes: middle..<bytes.count, source: source)
  }

  private mutating func findEnds(
    _ key: NetworkEnds, at place: Int, _ time: UInt64, _ round: UInt64
  ) {
    let name = names.name(of: key.remote, at: time)
    if ends[place].number != 0, ends[place].ends == key, ends[place].name == name {
      ends[place].round = round
      ends[place].namesVersion = names.version
      return
    }
    let start = bytes.count
    bytes.write(atMost: key.byteLimit(name: name)) { key.write(to: &$0, name: name, &text) }
    ends[place] = KnownEnds(
      ends: key, name: name, round: round, namesVersion: names.version, number: nextNumber(),
      attributes: start..<bytes.count)
  }

  private mutating func findPeer(_ key: ProcessKey, at place: Int, _ round: UInt64) {
    guard let entry = processes.look(up: key) else {
      peers[place] = KnownPeer(key: key, round: round)
      return
    }
    let source = source(entry)
    if let known = peers[place].source, known == source {
      peers[place].round = round
      return
    }
    let start = bytes.count
    appendPeer(source)
    peers[place] = KnownPeer(
      key: key, round: round, attributes: start..<bytes.count, source: source)
  }

  private func source(_ entry: ProcessEntry) -> KnownOwner.Source {
    KnownOwner.Source(
      entry: entry, resource: processes.resource(of: entry),
      attributes: processes.attributes(of: entry).bytes)
  }

  private mutating func nextNumber() -> Int {
    lastNumber += 1
    return lastNumber
  }

  private mutating func appendPeer(_ source: KnownOwner.Source) {
    let process = source.entry
    let field = LogsWriter.attributesField
    bytes.appendAttribute("peer.process.pid", Int64(process.key.pid), as: field)
    let created = times.text(processes.boot.creationTime(of: process.key))
    bytes.appendAttribute("peer.process.creation.time", created, as: field)
    let name = process.executableName
    if !name.isEmpty {
      bytes.appendAttribute("peer.process.executable.name", name.span, as: field)
    }
    if let service = source.resource.service {
      bytes.appendAttribute("peer.service.name", service.text.utf8Span.span, as: field)
    }
    if let container = source.resource.containerID {
      bytes.appendAttribute("peer.container.id", container.utf8Span.span, as: field)
    }
  }
}

extension ProcessTable {
  /// The owner as the table knows it, else as the record tells it.
  func owner(of flow: NetworkFlow) -> ProcessEntry {
    guard let entry = look(up: flow.owner) else { return note(flow.owner, flow.image) }
    // /proc does not tell which image it is.
    if entry.execSequence == nil { return note(flow.owner, flow.image) }
    return entry
  }
}
