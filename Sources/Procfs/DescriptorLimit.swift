internal import Glibc

/// How many file descriptors this process may have open.
public struct DescriptorLimit: Equatable, Sendable {
  /// What holds now (RLIMIT_NOFILE's soft limit).
  public let soft: Int
  /// What the process may set it to by itself.
  public let hard: Int

  /// A limit of these numbers.
  public init(soft: Int, hard: Int) {
    self.soft = soft
    self.hard = hard
  }

  private static let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)

  /// That of this process.
  public static var current: DescriptorLimit {
    var limit = rlimit()
    // The numbers are filled during the call.
    guard unsafe getrlimit(resource, &limit) == 0 else {
      return DescriptorLimit(soft: .max, hard: .max)
    }
    return DescriptorLimit(soft: Int(clamping: limit.rlim_cur), hard: Int(clamping: limit.rlim_max))
  }

  /// Raises the soft limit to the hard one; where that is refused everything stays as it is.
  ///
  /// The soft limit is low, mostly 1,024, for the sake of programs that use select(2), which this one does not.
  public static func raise() {
    var limit = rlimit()
    // The numbers are filled during the one call and read during the other.
    guard unsafe getrlimit(resource, &limit) == 0, limit.rlim_cur < limit.rlim_max else { return }
    limit.rlim_cur = limit.rlim_max
    _ = unsafe setrlimit(resource, &limit)
  }
}
