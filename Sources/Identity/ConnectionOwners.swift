internal import Synchronization
public import Telemetry

/// Which processes made the connections within this system that ended lately, as the kernel told it.
///
/// Whoever closes a connection at once has left nothing by which /proc could tell whose it was. Fed by whoever reads the
/// kernel's records, and only while somebody asks. Any thread may call. Bounded: of two connections that share a place the
/// later one stays.
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
    var places: [(ends: Ends, owner: Owner)?] = []
    var feeders: [(id: ObjectIdentifier, refresh: @Sendable () -> Void)] = []
  }

  /// The most connections that are kept.
  public static let capacity = 4096
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
      if state.places.isEmpty {
        state.places = Array(repeating: nil, count: ConnectionOwners.capacity)
      }
      state.places[ConnectionOwners.place(of: ends)] = (ends, owner)
    }
  }

  /// The owner of the connection, which was accepted at this moment since boot.
  public func find(_ ends: Ends, acceptedAt time: UInt64) -> Owner? {
    state.withLock { state in
      guard !state.places.isEmpty, let found = state.places[ConnectionOwners.place(of: ends)],
        found.ends == ends, found.owner.opened <= time
      else { return nil }
      return found.owner
    }
  }

  private static func place(of ends: Ends) -> Int {
    Int(truncatingIfNeeded: UInt(bitPattern: ends.hashValue) % UInt(capacity))
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
