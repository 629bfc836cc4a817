internal import Bytes
internal import Identity
internal import Telemetry

/// What log records of flows have in common, encoded once: whose a flow is, between which ends, who is at the other one.
///
/// All attributes lie in two buffers, so that a record refers to nothing that is counted: those of owners, ends and peers, and
/// what of them records of like flows have, in one piece. Each of these has one place in its table, and one that comes later
/// takes it over. What may change is looked at once a round.
struct FlowContexts: ~Copyable {
  /// From so many bytes of attributes on all is begun anew.
  static let byteLimit = 192 * 1024

  private let processes: ProcessTable
  private let names: PeerNames
  private let filter: NetworkFilter
  /// The attributes of flows.
  private(set) var bytes = ByteBuffer()
  /// The attributes of owners with their resources, of ends, and of peers.
  private(set) var parts = ByteBuffer()
  var flows = [KnownFlow](repeating: KnownFlow(), count: KnownFlow.placeCount)
  private var owners = [KnownOwner](repeating: KnownOwner(), count: KnownOwner.placeCount)
  private var ends = [KnownEnds](repeating: KnownEnds(), count: KnownEnds.placeCount)
  private var peers = [KnownPeer](repeating: KnownPeer(), count: KnownPeer.placeCount)
  private var text = ByteBuffer(minimumCapacity: 64)
  private var times = TimestampText()
  private var lastNumber = 0

  /// Contexts of processes and addresses as these know them.
  init(_ processes: ProcessTable, _ names: PeerNames, _ filter: NetworkFilter) {
    self.processes = processes
    self.names = names
    self.filter = filter
  }

  /// The place of what is known in this round of flows like this one, in `flows`; of the others it may be gone then.
  @inline(__always)
  mutating func flow(_ flow: NetworkFlow, peer: ProcessKey, round: UInt64) -> Int {
    let key = KnownFlow.Key(
      ends: NetworkEnds(flow), owner: flow.owner, peer: peer, execSequence: flow.execSequence,
      serverPort: flow.serverPort)
    let place = key.place
    let isKnown =
      flows[place].round == round && flows[place].namesVersion == names.version
      && flows[place].key == key
    if !isKnown { findFlow(flow, key, at: place, round) }
    return place
  }

  /// What metrics tell of the flow's parties; nil where nothing is known of its owner.
  mutating func parties(of flow: NetworkFlow, round: UInt64) -> NetworkMetrics.Parties? {
    let (owner, ends) = (owner(of: flow, round: round), ends(of: flow, round: round))
    guard let source = owners[owner].source else { return nil }
    return NetworkMetrics.Parties(
      owner: source.entry, resource: source.resource, peerName: self.ends[ends].name)
  }

  private mutating func findFlow(
    _ flow: NetworkFlow, _ key: KnownFlow.Key, at place: Int, _ round: UInt64
  ) {
    makeRoom()
    let owner = owner(of: flow, round: round)
    let ends = ends(of: flow, round: round)
    let peer = peer(key.peer, round: round)
    let found = KnownFlow.Parts(
      owner: owners[owner].number, ends: self.ends[ends].number, peer: peer.number)
    if flows[place].key != key || flows[place].parts != found {
      let start = bytes.count
      bytes.append(owners[owner].attributes, of: parts)
      bytes.append(self.ends[ends].attributes, of: parts)
      bytes.append(peer.attributes, of: parts)
      flows[place] = KnownFlow(
        key: key, parts: found, isWanted: owners[owner].isWanted,
        resourceAttributes: owners[owner].resourceAttributes, attributes: start..<bytes.count)
    }
    flows[place].round = round
    flows[place].namesVersion = names.version
  }

  /// Makes room for another flow: what was found before may be gone.
  private mutating func makeRoom() {
    if parts.count >= FlowContexts.byteLimit {
      parts.truncate(to: 0)
      for place in owners.indices { owners[place] = KnownOwner() }
      for place in ends.indices { ends[place] = KnownEnds() }
      for place in peers.indices { peers[place] = KnownPeer() }
    } else if bytes.count < FlowContexts.byteLimit {
      return
    }
    // They tell where their resources are among the parts.
    bytes.truncate(to: 0)
    for place in flows.indices { flows[place] = KnownFlow() }
  }

  /// The place of the flow's owner in `owners`, as it is known in this round.
  private mutating func owner(of flow: NetworkFlow, round: UInt64) -> Int {
    let key = flow.owner
    let place = Int(key.pid) & (KnownOwner.placeCount - 1)
    let isKnown =
      owners[place].round == round && owners[place].key == key
      && owners[place].execSequence == flow.execSequence
    if !isKnown { findOwner(of: flow, key, at: place, round) }
    return place
  }

  /// The place of the flow's ends in `ends`, as they are known in this round.
  private mutating func ends(of flow: NetworkFlow, round: UInt64) -> Int {
    let key = NetworkEnds(flow)
    let place = key.place
    let isKnown =
      ends[place].round == round && ends[place].ends == key
      && ends[place].namesVersion == names.version
    if !isKnown { findEnds(key, at: place, flow.time, round) }
    return place
  }

  /// The process at the other end, as it is known in this round.
  private mutating func peer(_ key: ProcessKey, round: UInt64) -> KnownPeer {
    guard key != .nobody else { return KnownPeer() }
    let place = Int(key.pid) & (KnownPeer.placeCount - 1)
    if peers[place].round != round || peers[place].key != key { findPeer(key, at: place, round) }
    return peers[place]
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
    let start = parts.count
    parts.append(source.resource.attributes.bytes)
    let middle = parts.count
    parts.append(source.attributes)
    owners[place] = KnownOwner(
      key: key, execSequence: flow.execSequence, round: round, number: nextNumber(),
      isWanted: filter.wants(source.entry), resourceAttributes: start..<middle,
      attributes: middle..<parts.count, source: source)
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
    let start = parts.count
    parts.write(atMost: key.byteLimit(name: name)) { key.write(to: &$0, name: name, &text) }
    ends[place] = KnownEnds(
      ends: key, name: name, round: round, namesVersion: names.version, number: nextNumber(),
      attributes: start..<parts.count)
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
    let start = parts.count
    appendPeer(source)
    peers[place] = KnownPeer(
      key: key, round: round, number: nextNumber(), attributes: start..<parts.count,
      source: source)
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
    parts.appendAttribute("peer.process.pid", Int64(process.key.pid), as: field)
    let created = times.text(processes.boot.creationTime(of: process.key))
    parts.appendAttribute("peer.process.creation.time", created, as: field)
    let name = process.executableName
    if !name.isEmpty {
      parts.appendAttribute("peer.process.executable.name", name.span, as: field)
    }
    if let service = source.resource.service {
      parts.appendAttribute("peer.service.name", service.text.utf8Span.span, as: field)
    }
    if let container = source.resource.containerID {
      parts.appendAttribute("peer.container.id", container.utf8Span.span, as: field)
    }
  }
}

extension ByteBuffer {
  /// Appends these bytes of another buffer.
  fileprivate mutating func append(_ range: Range<Int>, of other: borrowing ByteBuffer) {
    append(other.span.extracting(range))
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
