/// What a running component may ask of the collector around it.
public protocol Host: Sendable {
  /// Tells the collector how the component is doing.
  func report(_ status: ComponentStatus, from component: ComponentID)

  /// The extension called `id`, nil where the configuration has none.
  func `extension`(_ id: ComponentID) -> (any Extension)?
}

/// How a component is doing.
public enum ComponentStatus: Sendable, Equatable {
  /// It is being started.
  case starting
  /// It works.
  case ok
  /// It has a problem that may pass by itself.
  case recoverableError(String)
  /// It has a problem that will not pass; the collector runs on without it.
  case permanentError(String)
  /// It has a problem that ends the collector.
  case fatalError(String)
  /// It is being stopped.
  case stopping
  /// It has stopped.
  case stopped
}
