public import Dispatch

/// A part of the collector with a life: made by its factory, started once, stopped once.
public protocol Component: AnyObject, Sendable {
  /// Opens what the component needs; when it throws, nothing stays open.
  ///
  /// Called outside the shards, and may wait for them.
  func start(_ host: any Host) throws(ComponentError)

  /// Stops taking work, drains what is held before `deadline`, then calls `done` once.
  ///
  /// Safe without `start` and when called again. Called outside the shards.
  func stop(by deadline: DispatchTime, _ done: @escaping @Sendable () -> Void)

  /// What a plan of the pipelines says beside the component's id, such as its limits; empty for nothing.
  var outline: String { get }
}

extension Component {
  /// Nothing is said.
  public var outline: String { "" }
}

/// A component that brings telemetry in and hands it to its outlets.
public protocol Receiver: Component {
  /// Whether the start takes longer than senders should wait for; such receivers start after all others.
  var startsSlowly: Bool { get }
}

extension Receiver {
  /// The start takes no time worth speaking of.
  public var startsSlowly: Bool { false }
}

/// A component that takes batches and hands them on, changed or not.
public protocol Processor: Component, Consumer {}

/// A component that takes batches and delivers them out of the collector.
public protocol Exporter: Component, Consumer {}

/// A component beside the pipelines.
public protocol Extension: Component {}
