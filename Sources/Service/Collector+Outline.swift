internal import Components
internal import Diagnostics
internal import Pipelines
internal import Queues
internal import Telemetry

extension CollectorPlan {
  /// The pipelines as they will run, in words: what shares a pass, how far it goes, and limits.
  ///
  /// Every component is made and none is started, so nothing is opened.
  ///
  /// - Throws: what a component cannot be made for
  public func outline() throws(Collector.StartError) -> String {
    let collector = try Collector(self, log: .discarding) { _ in }
    defer { collector.shards.close() }
    return collector.outline
  }
}

extension Collector {
  /// The pipelines as they run, in words.
  var outline: String {
    let extensions = plan.extensions.map(\.id.description).joined(separator: ", ")
    let head = [
      "shards: \(shards.all.count)", extensions.isEmpty ? nil : "extensions: \(extensions)",
    ].compactMap(\.self)
    let pipelines = graph.outlines.map { Collector.lines($0).joined(separator: "\n") }
    return ([head.joined(separator: "\n")] + pipelines).joined(separator: "\n\n") + "\n"
  }

  private static func lines(_ pipeline: PipelineOutline) -> [String] {
    ["\(pipeline.id), answers when \(pipeline.acknowledge)"]
      + section("from", pipeline.receivers.map(line))
      + section("through", pipeline.steps.map { line($0, pipeline.id.signal) })
      + section("to", pipeline.exporters.map(line))
  }

  private static func section(_ title: String, _ lines: [String]) -> [String] {
    lines.isEmpty ? [] : ["  \(title)"] + lines.map { "    " + $0 }
  }

  private static func line(_ component: ComponentOutline) -> String {
    component.text.isEmpty ? "\(component.id)" : "\(component.id): \(component.text)"
  }

  private static func line(_ step: ProcessorStep, _ signal: Signal) -> String {
    guard let reach = step.reach else { return step.processors.map(line).joined(separator: " + ") }
    let ids = step.processors.map(\.id.description).joined(separator: " + ")
    return "\(ids): one pass over \(levels(reach, signal))"
  }

  /// The levels that a pass walks, such as "resources, scopes and spans".
  private static func levels(_ reach: RewriteReach, _ signal: Signal) -> String {
    let names: [(RewriteContext, String)] =
      switch signal {
      case .traces:
        [
          (.resource, "resources"), (.scope, "scopes"), (.item, "spans"), (.event, "span events"),
        ]
      case .metrics:
        [
          (.resource, "resources"), (.scope, "scopes"), (.metric, "metrics"),
          (.item, "data points"),
        ]
      case .logs: [(.resource, "resources"), (.scope, "scopes"), (.item, "log records")]
      case .profiles: [(.resource, "resources")]
      }
    let walked = names.filter { $0.0 <= reach.deepest }.map(\.1)
    guard let last = walked.last, walked.count > 1 else { return walked.joined() }
    return walked.dropLast().joined(separator: ", ") + " and " + last
  }
}
