import Glibc
import Testing

@testable import Procfs

@Suite(.serialized)
struct DescriptorLimitTests {
  @Test("the soft limit is raised to the hard one")
  func raises() {
    let before = DescriptorLimit.current
    #expect(before.soft <= before.hard)
    let kind = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    var low = rlimit(rlim_cur: rlim_t(before.hard / 2), rlim_max: rlim_t(before.hard))
    // Half of it is enough for all tests that run meanwhile. The numbers are read during the call.
    #expect(unsafe setrlimit(kind, &low) == 0)
    #expect(DescriptorLimit.current.soft == before.hard / 2)
    DescriptorLimit.raise()
    #expect(DescriptorLimit.current == DescriptorLimit(soft: before.hard, hard: before.hard))
  }
}
