/// What a running component may ask of the collector around it.
public protocol Host: Sendable {
  /// Tells the collector how the component is doing.
  func report(_ status: ComponentStatus, from component: ComponentID)

  /// The extension called `id`, nil where the configuration has none.
  func `extension`(_ id: ComponentID) -> (any Extension)?

  /// This host as one component sees it: what is reported there is told apart by kind and pipeline.
  func host(for instance: ComponentInstance) -> any Host

  /// How the collector and all its components are doing; nil where nobody keeps account of it.
  ///
  /// Any thread may ask. Costs a walk over all components: ask when somebody wants to know.
  var health: CollectorHealth? { get }

  /// The configuration in effect as one line of JSON without its secrets; nil where it is unknown.
  var configuration: String? { get }
}

extension Host {
  /// The host itself.
  public func host(for instance: ComponentInstance) -> any Host { self }

  /// Nothing is known.
  public var health: CollectorHealth? { nil }

  /// Nothing is known.
  public var configuration: String? { nil }
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
