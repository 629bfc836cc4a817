internal import Components
internal import Configuration
internal import Diagnostics

/// Which errors of components make the collector unhealthy.
struct HealthRules: Sendable, Equatable {
  /// Whether errors that do not pass count.
  var countsPermanentErrors = false
  /// Whether errors that may pass count once they have lasted for `recoveryDuration`.
  var countsRecoverableErrors = false
  /// How long an error may take to pass.
  var recoveryDuration = Duration.seconds(60)

  /// Reads the options under `component_health`.
  mutating func read(_ section: ConfigSection) {
    countsPermanentErrors = section.bool("include_permanent_errors", default: false)
    countsRecoverableErrors = section.bool("include_recoverable_errors", default: false)
    recoveryDuration = section.duration("recovery_duration", default: recoveryDuration)
    section.finish()
  }

  /// The HTTP status of one component that began to report this status at `since`.
  func code(of status: ComponentStatus, since: WallTime, at now: WallTime) -> Int {
    switch status {
    case .starting, .stopping, .stopped: 503
    case .ok: 200
    case .permanentError: countsPermanentErrors ? 500 : 200
    case .recoverableError:
      countsRecoverableErrors && elapsed(since, now) >= recoveryDuration ? 500 : 200
    case .fatalError: 500
    }
  }

  /// The HTTP status of components together: the worst of theirs, and 503 unless the collector runs.
  func code(
    of parts: [CollectorHealth.Part], in phase: CollectorHealth.Phase, at now: WallTime
  ) -> Int {
    let codes = parts.map { code(of: $0.status, since: $0.since, at: now) }
    if phase != .running {
      return parts.contains { $0.status.name == ComponentStatus.fatalError("").name } ? 500 : 503
    }
    // 500 stands for an error, 503 for a passing state.
    return codes.contains(500) ? 500 : codes.max() ?? 200
  }

  private func elapsed(_ since: WallTime, _ now: WallTime) -> Duration {
    .milliseconds(now.milliseconds - since.milliseconds)
  }
}

extension CollectorHealth {
  /// The components of all pipelines and the extensions.
  var allParts: [Part] { pipelines.flatMap(\.parts) + extensions.parts }
}

extension ComponentStatus {
  /// The status as the reference collector's health check names it.
  var name: String {
    switch self {
    case .starting: "StatusStarting"
    case .ok: "StatusOK"
    case .recoverableError: "StatusRecoverableError"
    case .permanentError: "StatusPermanentError"
    case .fatalError: "StatusFatalError"
    case .stopping: "StatusStopping"
    case .stopped: "StatusStopped"
    }
  }

  /// The reason of an error.
  var reason: String? {
    switch self {
    case .recoverableError(let reason), .permanentError(let reason), .fatalError(let reason):
      reason
    case .starting, .ok, .stopping, .stopped: nil
    }
  }

  /// The place among the statuses of a group, the worst of which is that of the group.
  var severity: Int {
    switch self {
    case .ok: 0
    case .starting: 1
    case .stopped: 2
    case .stopping: 3
    case .recoverableError: 4
    case .permanentError: 5
    case .fatalError: 6
    }
  }
}
