import Bytes
import TestSupport
import Testing

@testable import Probes

@Suite struct DNSConfigTests {
  @Test func `all options are read`() {
    let tree: ConfigTree = [
      "timeout": "2s", "multicast": true, "logs": false, "question_names": "hashed",
      "include_suffixes": [".Example.COM."], "exclude_suffixes": ["internal.example.com"],
    ]
    let (config, problems) = tree.decode(DNSConfig.self)
    #expect(problems.isEmpty)
    #expect(config.timeout == .seconds(2))
    #expect(config.includesMulticast)
    #expect(!config.writesLogs)
    #expect(config.questionNames == .hashed)
    for (name, isTold) in [
      ("example.com", true), ("a.example.com", true), ("a.internal.example.com", false),
      ("badexample.com", false), ("example.org", false),
    ] {
      #expect(config.tells(of: Array(name.utf8).span) == isTold, "\(name)")
    }
  }

  @Test(
    arguments: [
      (["timeout": "1ms"], "timeout"), (["question_names": "some"], "question_names"),
      (["exclude_suffixes": ["."]], "exclude_suffixes"), (["sample": 1], "sample"),
    ] as [(ConfigTree, String)])
  func `what makes no sense is refused`(tree: ConfigTree, key: String) {
    let problems = tree.decode(DNSConfig.self).problems
    #expect(problems.count == 1)
    #expect(problems.first?.contains(key) == true)
  }
}
