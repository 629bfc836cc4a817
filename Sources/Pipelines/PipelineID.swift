internal import Components
public import Telemetry

/// The name of a pipeline in the configuration: a signal, or a signal and a name.
public struct PipelineID: Sendable, Hashable, CustomStringConvertible {
  /// What flows through the pipeline.
  public let signal: Signal
  /// What follows the slash; empty where there is none.
  public let name: String

  /// An id of this signal and name.
  public init(signal: Signal, name: String = "") {
    self.signal = signal
    self.name = name
  }

  /// The id written as `text`, nil where it is none.
  public init?(_ text: String) {
    guard let id = ComponentID(text), let signal = Signal(rawValue: id.type) else { return nil }
    self.init(signal: signal, name: id.name)
  }

  /// The id as it is written.
  public var description: String { name.isEmpty ? signal.rawValue : "\(signal.rawValue)/\(name)" }
}
