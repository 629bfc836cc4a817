public import Components
internal import Synchronization

/// A host that keeps every status and has the extensions a test gives it.
public final class RecordingHost: Host {
  private let reported = Mutex<[(ComponentID, ComponentStatus)]>([])
  private let extensions: [ComponentID: any Extension]

  /// A host with these extensions.
  public init(extensions: [ComponentID: any Extension] = [:]) {
    self.extensions = extensions
  }

  /// Keeps the status.
  public func report(_ status: ComponentStatus, from component: ComponentID) {
    reported.withLock { $0.append((component, status)) }
  }

  /// The extension the test gave.
  public func `extension`(_ id: ComponentID) -> (any Extension)? { extensions[id] }

  /// All statuses reported, in order.
  public var statuses: [ComponentStatus] { reported.withLock { $0.map(\.1) } }
}
