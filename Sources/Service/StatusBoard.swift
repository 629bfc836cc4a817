internal import Components
internal import Diagnostics
internal import Dispatch
internal import Synchronization

/// How every component is doing; tells the collector when one of them cannot go on.
final class StatusBoard: Host {
  private let statuses = Mutex<[ComponentID: ComponentStatus]>([:])
  private let log: Log
  private let onFatal: @Sendable (ComponentID, String) -> Void

  init(log: Log, onFatal: @escaping @Sendable (ComponentID, String) -> Void) {
    self.log = log
    self.onFatal = onFatal
  }

  func report(_ status: ComponentStatus, from component: ComponentID) {
    let previous = statuses.withLock { $0.updateValue(status, forKey: component) }
    guard previous != status else { return }
    switch status {
    case .fatalError(let reason):
      log.error("A component cannot go on", ["component": "\(component)", "reason": "\(reason)"])
      onFatal(component, reason)
    default:
      log.debug("Component status", ["component": "\(component)", "status": "\(status)"])
    }
  }

  func `extension`(_ id: ComponentID) -> (any Extension)? { nil }
}
