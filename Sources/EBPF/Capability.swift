/// A privilege that Linux gives apart from the others.
public enum Capability: UInt64, Sendable, CaseIterable {
  case chown = 0
  case dacOverride = 1
  case dacReadSearch = 2
  case fowner = 3
  case kill = 5
  case netBindService = 10
  case netAdmin = 12
  case netRaw = 13
  case sysPtrace = 19
  case sysAdmin = 21
  case sysResource = 24
  case syslog = 34
  case perfmon = 38
  case bpf = 39

  /// The name as in capabilities(7), such as `CAP_BPF`.
  public var name: String {
    switch self {
    case .chown: "CAP_CHOWN"
    case .dacOverride: "CAP_DAC_OVERRIDE"
    case .dacReadSearch: "CAP_DAC_READ_SEARCH"
    case .fowner: "CAP_FOWNER"
    case .kill: "CAP_KILL"
    case .netBindService: "CAP_NET_BIND_SERVICE"
    case .netAdmin: "CAP_NET_ADMIN"
    case .netRaw: "CAP_NET_RAW"
    case .sysPtrace: "CAP_SYS_PTRACE"
    case .sysAdmin: "CAP_SYS_ADMIN"
    case .sysResource: "CAP_SYS_RESOURCE"
    case .syslog: "CAP_SYSLOG"
    case .perfmon: "CAP_PERFMON"
    case .bpf: "CAP_BPF"
    }
  }

  /// The capability of this name, in capitals or not, with or without `CAP_`.
  public init?(name: String) {
    let wanted = name.uppercased()
    guard
      let found = Capability.allCases.first(where: {
        $0.name == wanted || $0.name == "CAP_" + wanted
      })
    else { return nil }
    self = found
  }
}
