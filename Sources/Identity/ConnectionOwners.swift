internal import Synchronization
public import Telemetry

/// Which processes made the connections within this system that ended lately, as the kernel told it.
///
/// Whoever closes a connection at once has left nothing by which /proc could tell whose it was. Fed by whoever reads the
/// kernel's records, and only while somebody asks. Any thread may call. Bounded: the oldest of those that share a few
/// places gives way.
public final class ConnectionOwners: Sendable {
  /// The two ends of a connection, the sender's first; IPv4 addresses as `::ffff:a.b.c.d`.
  public struct Ends: Sendable, Hashable {
    private let sender: (high: UInt64, low: UInt64)
    private let receiver: (high: UInt64, low: UInt64)
    private let ports: UInt32

    /// A connection between these addresses, the first and the last eight bytes of each as numbers.
    public init(
      sender: (high: UInt64, low: UInt64), port: UInt16, receiver: (high: UInt64, low: UInt64),
      port receiverPort: UInt16
    ) {
      self.sender = sender
      self.receiver = receiver
      ports = UInt32(port) << 16 | UInt32(receiverPort)
    }

    /// The same connection as the receiver saw it.
    public init(_ ends: TCPEnds) {
      self.init(
        sender: Ends.words(ends.senderAddress), port: ends.senderPort,
        receiver: Ends.words(ends.receiverAddress), port: ends.receiverPort)
    }

    private static func words(_ address: [UInt8]) -> (high: UInt64, low: UInt64) {
      func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reduce(0) { $0 << 8 | UInt64($1) }
      }
      guard address.count == 16 else { return (0, 0xffff_0000_0000 | number(address[...])) }
      return (number(address[..<8]), number(address[8...]))
    }

    /// Whether both are the same connection.
    public static func == (left: Ends, right: Ends) -> Bool {
      left.sender == right.sender && left.receiver == right.receiver && left.ports == right.ports
    }

    /// Hashes both ends.
    public func hash(into hasher: inout Hasher) {
      hasher.combine(sender.low)
      hasher.combine(receiver.low)
      hasher.combine(ports)
    }
  }

  /// A process as it was when the kernel told of its connection.
  public struct Owner: Sendable {
    /// Which process.
    public let key: ProcessKey
    /// What is known of it, for it may be gone.
    public let image: ProcessImage
    /// Its control group; nil where that is not known.
    public let cgroup: Cgroup?
    /// When the connection was made, in nanoseconds since boot.
    public let opened: UInt64

    /// A process of which this is known.
    public init(_ key: ProcessKey, _ image: ProcessImage, cgroup: Cgroup?, opened: UInt64) {
      self.key = key
      self.image = image
      self.cgroup = cgroup
      self.opened = opened
    }
  }

  private struct State {
    /// The ends apart from their owners: those that share places are compared where they lie side by side.
    var ends: [Ends] = []
    var owners: [Owner?] = []
    /// Which of its places each group fills next.
    var next: [UInt8] = []
    var feeders: [(id: ObjectIdentifier, refresh: @Sendable () -> Void)] = []

    /// The place of the connection.
    func place(of wanted: Ends) -> Int? {
      if ends.isEmpty { return nil }
      let first = ConnectionOwners.group(of: wanted) * ConnectionOwners.groupSize
      return (first..<first + ConnectionOwners.groupSize).first { ends[$0] == wanted }
    }

    /// A place for the connection, its own or the one that was filled before the others it may have.
    mutating func makePlace(for wanted: Ends) -> Int {
      if ends.isEmpty {
        let none = Ends(sender: (0, 0), port: 0, receiver: (0, 0), port: 0)
        ends = Array(repeating: none, count: ConnectionOwners.capacity)
        owners = Array(repeating: nil, count: ConnectionOwners.capacity)
        next = Array(repeating: 0, count: ConnectionOwners.capacity / ConnectionOwners.groupSize)
      }
      if let known = place(of: wanted) { return known }
      let group = ConnectionOwners.group(of: wanted)
      let place = group * ConnectionOwners.groupSize + Int(next[group])
      next[group] = (next[group] + 1) % UInt8(ConnectionOwners.groupSize)
      return place
    }
  }

  /// The most connections that are kept: some 1.5 MB, from the first on.
  public static let capacity = 8192
  /// How many places a connection may have: if each had one of 4,096, two of 20 that are asked about together would share
  /// it one time in 22, and 1,000 others meanwhile would cost a fifth of them.
  private static let groupSize = 8
  /// The owners of this process's network namespace.
  public static let process = ConnectionOwners()

  private let state = Mutex(State())
  private let asked = Atomic<Bool>(false)

  /// Owners of which none is known.
  public init() {}

  /// Whether anybody asks: until then nothing needs to be noted.
  public var isWanted: Bool { asked.load(ordering: .relaxed) }

  /// Has owners noted from now on.
  public func want() { asked.store(true, ordering: .relaxed) }

  /// Whether anybody notes owners.
  public var isFed: Bool { state.withLock { !$0.feeders.isEmpty } }

  /// Says that `feeder` notes owners; `refresh` has it read now what the kernel has told until then.
  ///
  /// `refresh` is called on the asking thread, and may block it.
  public func feed(by feeder: AnyObject, _ refresh: @escaping @Sendable () -> Void) {
    state.withLock { $0.feeders.append((ObjectIdentifier(feeder), refresh)) }
  }

  /// Says that `feeder` notes owners no more.
  public func stopFeeding(by feeder: AnyObject) {
    let id = ObjectIdentifier(feeder)
    state.withLock { $0.feeders.removeAll { $0.id == id } }
  }

  /// Has all that feed read what the kernel has told until now.
  public func refresh() {
    for feeder in state.withLock({ $0.feeders }) { feeder.refresh() }
  }

  /// Takes note of a connection's owner.
  public func note(_ ends: Ends, _ owner: Owner) {
    state.withLock { state in
      let place = state.makePlace(for: ends)
      state.ends[place] = ends
      state.owners[place] = owner
    }
  }

  /// The owner of the connection, which was accepted at this moment since boot.
  public func find(_ ends: Ends, acceptedAt time: UInt64) -> Owner? {
    state.withLock { state in
      guard let place = state.place(of: ends), let owner = state.owners[place],
        owner.opened <= time
      else { return nil }
      return owner
    }
  }

  private static func group(of ends: Ends) -> Int {
    Int(truncatingIfNeeded: UInt(bitPattern: ends.hashValue) % UInt(capacity / groupSize))
  }
}

extension ProcessTable {
  /// Takes note of the owner of a connection, of which /proc tells nothing any more.
  public func noteGone(_ owner: ConnectionOwners.Owner) -> ProcessEntry {
    let entry = note(owner.key, owner.image)
    entry.noteGone()
    if let cgroup = owner.cgroup { entry.state.cgroup = cgroup }
    return entry
  }
}
