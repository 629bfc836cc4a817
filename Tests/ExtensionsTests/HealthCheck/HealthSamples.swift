import Components
import Diagnostics
import Synchronization

/// A host whose health a test sets.
final class HealthHost: Host {
  private let state: Mutex<CollectorHealth>

  init(_ health: CollectorHealth) { state = Mutex(health) }

  var health: CollectorHealth? { state.withLock { $0 } }
  var configuration: String? { "{\"service\":{}}" }
  func set(_ health: CollectorHealth) { state.withLock { $0 = health } }
  func report(_ status: ComponentStatus, from component: ComponentID) {}
  func `extension`(_ id: ComponentID) -> (any Extension)? { nil }
}

/// The state of a collector with a pipeline `traces` and a pipeline `logs/a b`.
enum HealthSamples {
  static func health(
    _ phase: CollectorHealth.Phase = .running, exporter: ComponentStatus = .ok,
    since: WallTime = WallTime(milliseconds: 0)
  ) -> CollectorHealth {
    let receiver = part(.receiver, "otlp", .ok, since)
    let parts = [
      receiver, part(.processor, "batch", .ok, since),
      part(.exporter, "otlp", exporter, since),
    ]
    return CollectorHealth(
      phase: phase, since: WallTime(milliseconds: 0), start: WallTime(milliseconds: 0),
      pipelines: [
        .init(name: "traces", parts: parts),
        .init(name: "logs/a b", parts: [receiver, part(.exporter, "debug", .ok, since)]),
      ],
      extensions: .init(name: "extensions", parts: [part(.extension, "health_check", .ok, since)]))
  }

  private static func part(
    _ kind: ComponentKind, _ type: String, _ status: ComponentStatus, _ since: WallTime
  ) -> CollectorHealth.Part {
    .init(ComponentInstance(kind, ComponentID(type: type)), status, since: since)
  }
}
