internal import Components
internal import Configuration
internal import Telemetry

/// The options of the `attributes` processor.
struct AttributesConfig: ConfigDecodable {
  /// What is done with the attributes of spans, data points and log records.
  let edits: [AttributeEdit]
  /// What an item must be to be edited.
  let include: MatchConfig?
  /// What an item must not be.
  let exclude: MatchConfig?

  /// Reads the options from the processor's section.
  init(from section: ConfigSection) {
    edits = AttributeActions("actions", of: section).edits
    include = section.section("include").map { MatchConfig(from: $0) }
    exclude = section.section("exclude").map { MatchConfig(from: $0) }
    section.finish()
  }

  /// The program for a pipeline of `signal`.
  func program(for signal: Signal) throws(ComponentError) -> RewriteProgram {
    var parts: [RewriteCondition] = []
    if let include { parts.append(try include.condition(for: signal, "include")) }
    if let exclude { parts.append(.not(try exclude.condition(for: signal, "exclude"))) }
    return RewriteProgram([RewriteStage(.item, when: .all(parts), edits)])
  }
}
