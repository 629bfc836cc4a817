internal import Components
internal import Configuration
internal import Diagnostics

/// The state of the collector as the JSON that health checks answer with.
struct HealthReport {
  let health: CollectorHealth
  let rules: HealthRules
  let now: WallTime

  /// The answer for the whole collector; `verbose` names every component.
  func whole(verbose: Bool) -> (code: Int, body: String) {
    let parts = health.allParts
    let code = rules.code(of: parts, in: health.phase, at: now)
    var fields = [("start_time", text(health.start.text))] + state(parts, code)
    if verbose {
      var groups: [(String, ConfigNode)] = []
      if !health.extensions.parts.isEmpty {
        groups.append(("extensions", node(health.extensions)))
      }
      groups += health.pipelines.map { ("pipeline:\($0.name)", node($0)) }
      fields.append(("components", mapping(groups)))
    }
    return (code, json(fields))
  }

  /// The answer for one pipeline; nil where there is none of this name.
  func pipeline(_ name: String, verbose: Bool) -> (code: Int, body: String)? {
    guard let group = health.pipelines.first(where: { $0.name == name }) else { return nil }
    let code = rules.code(of: group.parts, in: health.phase, at: now)
    var fields = [("start_time", text(health.start.text))] + state(group.parts, code)
    if verbose { fields.append(("components", components(of: group))) }
    return (code, json(fields))
  }

  /// The answer of the extension's first version.
  var firstVersion: (code: Int, body: String) {
    let code = rules.code(of: health.allParts, in: health.phase, at: now)
    guard code == 200 else {
      return (code, json([("status", text("Server not available"))]))
    }
    let uptime = Duration.milliseconds(now.milliseconds - health.since.milliseconds)
    return (
      code,
      json([
        ("status", text("Server available")), ("upSince", text(health.since.text)),
        ("uptime", text(HealthReport.text(of: uptime))),
      ])
    )
  }

  /// Whether the process should go on living: it answers, and no component has given up for good.
  var isLive: Bool {
    !health.allParts.contains { part in
      if case .fatalError = part.status { true } else { false }
    }
  }

  /// Whether telemetry should be sent here now.
  var isReady: Bool { rules.code(of: health.allParts, in: health.phase, at: now) == 200 }

  private func node(_ group: CollectorHealth.Group) -> ConfigNode {
    let code = rules.code(of: group.parts, in: health.phase, at: now)
    return mapping(state(group.parts, code) + [("components", components(of: group))])
  }

  private func components(of group: CollectorHealth.Group) -> ConfigNode {
    mapping(
      group.parts.map { part in
        let code = rules.code(of: part.status, since: part.since, at: now)
        var fields = fields(part.status, since: part.since, code)
        if let reason = part.status.reason { fields.append(("error", text(reason))) }
        return (part.instance.description, mapping(fields))
      })
  }

  /// The fields of components together: the worst of their states, or that of the collector.
  private func state(_ parts: [CollectorHealth.Part], _ code: Int) -> [(String, ConfigNode)] {
    let worst = parts.max { $0.status.severity < $1.status.severity }
    let isFatal = worst?.status.severity == ComponentStatus.fatalError("").severity
    if !isFatal, health.phase != .running {
      let status = health.phase == .starting ? ComponentStatus.starting : .stopping
      return fields(status, since: health.since, code)
    }
    return fields(worst?.status ?? .ok, since: worst?.since ?? health.since, code)
  }

  private func fields(
    _ status: ComponentStatus, since: WallTime, _ code: Int
  ) -> [(String, ConfigNode)] {
    let isHealthy = code == 200
    return [
      ("healthy", ConfigNode(.bool(isHealthy, text: "\(isHealthy)"), at: HealthReport.nowhere)),
      ("status", text(status.name)), ("status_time", text(since.text)),
    ]
  }

  private static let nowhere = ConfigLocation(source: "", line: 0, column: 0)

  private func text(_ text: String) -> ConfigNode {
    ConfigNode(.string(text), at: HealthReport.nowhere)
  }

  private func mapping(_ fields: [(String, ConfigNode)]) -> ConfigNode {
    let entries = fields.map {
      ConfigNode.Entry(key: $0.0, keyLocation: HealthReport.nowhere, value: $0.1)
    }
    return ConfigNode(.mapping(entries), at: HealthReport.nowhere)
  }

  private func json(_ fields: [(String, ConfigNode)]) -> String {
    ConfigPrinter(redacting: nil).json(mapping(fields))
  }

  /// A duration such as `1h2m3.004s`.
  static func text(of duration: Duration) -> String {
    let milliseconds = max(0, duration / .milliseconds(1))
    let seconds = Int(milliseconds) / 1000
    let rest = Int(milliseconds) % 1000
    var text = seconds >= 3600 ? "\(seconds / 3600)h" : ""
    if seconds >= 60 { text += "\(seconds / 60 % 60)m" }
    text += "\(seconds % 60)"
    guard rest > 0 else { return text + "s" }
    return text + "." + rest.padded(to: 3) + "s"
  }
}
