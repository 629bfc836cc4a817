internal import CCapabilities

/// The capabilities that a thread may use.
public struct CapabilitySet: Sendable, Equatable {
  /// One bit for each capability, as the kernel numbers them.
  public var rawValue: UInt64

  /// A set of these bits.
  public init(rawValue: UInt64) {
    self.rawValue = rawValue
  }

  /// A set of these capabilities.
  public init(_ capabilities: [Capability]) {
    rawValue = capabilities.reduce(0) { $0 | 1 << $1.rawValue }
  }

  /// Those of the calling thread.
  public static var current: CapabilitySet {
    var effective: UInt64 = 0
    var permitted: UInt64 = 0
    // Both numbers are filled during the call.
    let status = unsafe capabilities_read(&effective, &permitted)
    return CapabilitySet(rawValue: status == 0 ? effective : 0)
  }

  /// Whether the set holds the capability, or CAP_SYS_ADMIN, which implies those made of it.
  public func allows(_ capability: Capability) -> Bool {
    if rawValue >> capability.rawValue & 1 == 1 { return true }
    let parts: [Capability] = [.bpf, .perfmon]
    return parts.contains(capability) && rawValue >> Capability.sysAdmin.rawValue & 1 == 1
  }

  /// Takes every capability outside the set from all threads of this process, for good.
  ///
  /// Must be called once at a time; takes some milliseconds.
  public func keepOnly() throws(BPFError) {
    let status = capabilities_keep(rawValue)
    guard status == 0 else { throw BPFError("drop capabilities on all threads", code: status) }
  }
}
