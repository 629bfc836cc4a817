public import Configuration
internal import Components
internal import Probes
internal import Procfs

/// What the ebpf receiver can see on this host, for a user to read.
public struct ProbesListing {
  /// What is wrong with the configuration.
  public let problems: [ConfigProblem]
  /// A line for each program, and what would turn on those that are off.
  public let table: String

  /// Tries what the configuration's ebpf receivers ask for; everything where there is no configuration.
  ///
  /// Blocks while it loads and attaches programs; nothing stays attached.
  public init(sources: [String], overrides: [String]) {
    // As a run does: programs take descriptors.
    DescriptorLimit.raise()
    guard !sources.isEmpty || !overrides.isEmpty else {
      problems = []
      table = ProbeSurvey.table(ProbeSurvey.run([]))
      return
    }
    let loaded = LoadedConfiguration(sources: sources, overrides: overrides)
    problems = loaded.problems
    guard problems.isEmpty else {
      table = ""
      return
    }
    let sections = loaded.receivers(of: "ebpf")
    table =
      sections.isEmpty
      ? "the configuration has no ebpf receiver\n"
      : ProbeSurvey.table(ProbeSurvey.run(sections))
  }
}

extension LoadedConfiguration {
  /// The sections of all receivers of this type, in the order written.
  func receivers(of type: String) -> [ConfigSection] {
    guard let root else { return [] }
    let problems = ConfigProblems()
    let all = ConfigSection(root, path: "", problems: problems).section("receivers")
    return (all?.keys ?? []).filter { $0.split(separator: "/").first.map(String.init) == type }
      .compactMap { all?.section($0) }
  }
}
