import Configuration
import TestSupport
import Testing

@testable import Probes

@Suite struct ProcessFilterTests {
  /// The filter of a section.
  static func filter(_ tree: ConfigTree) -> ProcessFilter {
    let (config, _) = tree.decode(ProcessConfig.self)
    return config.filter
  }

  @Test(
    arguments: [
      ([:], true),
      (["include": ["executables": ["^/usr/"]]], true),
      (["include": ["executables": ["^/opt/"]]], false),
      (["include": ["executables": ["^/opt/", "ls$"]]], true),
      (["include": ["executables": ["ls"], "users": ["^root$"]]], false),
      (["include": ["users": ["^alice$"]]], true),
      (["include": ["users": ["^1000$"]]], true),
      (["exclude": ["users": ["^1000$"]]], false),
      (["exclude": ["cgroups": ["^/system\\.slice/"]]], false),
      (["exclude": ["containers": ["^beef"]]], true),
      (["include": ["containers": ["."]]], false),
      (["include": ["executables": ["ls"]], "exclude": ["executables": ["/usr"]]], false),
    ] as [(ConfigTree, Bool)])
  func `A process is in where every kind that is included matches, and none that is excluded`(
    tree: ConfigTree, isIn: Bool
  ) {
    let filter = ProcessFilterTests.filter(tree)
    let admits = filter.admits(
      .init(
        executable: "/usr/bin/ls".utf8Span.span, user: 1000, userName: "alice".utf8Span.span,
        cgroup: "/system.slice/ssh.service".utf8Span.span, container: "".utf8Span.span))
    #expect(admits == isIn)
  }

  @Test func `A bad pattern is a problem of the configuration`() {
    let tree: ConfigTree = ["include": ["users": ["("]]]
    let (_, problems) = tree.decode(ProcessConfig.self)
    #expect(problems.count == 1)
    #expect(problems.first?.contains("is no pattern") == true)
  }

  @Test func `The options have their limits`() {
    let tree: ConfigTree = ["arguments_limit": 4097, "ancestors": 17, "unknown": true]
    let (config, problems) = tree.decode(ProcessConfig.self)
    #expect(problems.count == 3)
    #expect(config.argumentsLimit == 512)
    #expect(config.ancestors == 8)
  }
}
