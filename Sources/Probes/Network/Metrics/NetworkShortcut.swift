internal import Identity

/// What decides to which series a flow belongs, without texts.
struct NetworkShortcut: Equatable {
  /// The places that a table of shortcuts has.
  static let placeCount = 256
  /// What no flow has.
  static let none = NetworkShortcut()

  private let owner: ProcessKey
  private let execSequence: UInt32
  private let resource: ObjectIdentifier?
  private let remote: NetworkAddress
  private let serverPort: UInt16
  private let isTCP: Bool
  private let role: NetworkFlow.Role
  private let peerName: String?

  init(
    _ flow: NetworkFlow, _ entry: ProcessEntry, _ resource: ProcessResource, _ peerName: String?
  ) {
    owner = entry.key
    execSequence = flow.execSequence
    self.resource = ObjectIdentifier(resource)
    remote = flow.remote
    serverPort = flow.serverPort
    isTCP = flow.isTCP
    role = flow.role
    self.peerName = peerName
  }

  private init() {
    owner = ProcessKey(pid: 0, startTicks: 0)
    execSequence = 0
    resource = nil
    remote = .none
    serverPort = 0
    isTCP = false
    role = .unknown
    peerName = nil
  }

  /// Where in the table it is.
  var place: Int {
    // The role too: of a connection within one process both ends are told of, one after the other.
    let mixed =
      (UInt64(owner.pid) << 32 ^ remote.low ^ UInt64(serverPort) << 16
        ^ UInt64(role.rawValue) << 60) &* 0x9e37_79b9_7f4a_7c15
    return Int(truncatingIfNeeded: mixed >> 56) & (NetworkShortcut.placeCount - 1)
  }
}
