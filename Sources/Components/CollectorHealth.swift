public import Diagnostics

/// How the whole collector is doing at one moment.
public struct CollectorHealth: Sendable {
  /// The collector's own state, whatever its components report.
  public enum Phase: Sendable {
    /// Components are being started.
    case starting
    /// All components were started.
    case running
    /// Components are being stopped.
    case stopping
  }

  /// One component and what it last reported.
  public struct Part: Sendable {
    /// Which component it is.
    public let instance: ComponentInstance
    /// What it last reported.
    public let status: ComponentStatus
    /// When it began to report this kind of status.
    public let since: WallTime

    /// A part of this state.
    public init(_ instance: ComponentInstance, _ status: ComponentStatus, since: WallTime) {
      self.instance = instance
      self.status = status
      self.since = since
    }
  }

  /// A pipeline, or the extensions, with its components.
  public struct Group: Sendable {
    /// The pipeline as it is written, or `extensions`.
    public let name: String
    /// The components, in the order of the configuration.
    public let parts: [Part]

    /// A group of these components.
    public init(name: String, parts: [Part]) {
      self.name = name
      self.parts = parts
    }
  }

  /// The collector's own state.
  public let phase: Phase
  /// When this state began.
  public let since: WallTime
  /// When the collector was made.
  public let start: WallTime
  /// The pipelines in the order of the configuration.
  public let pipelines: [Group]
  /// The extensions in the order of the configuration.
  public let extensions: Group

  /// A state of these parts.
  public init(
    phase: Phase, since: WallTime, start: WallTime, pipelines: [Group],
    extensions: Group = Group(name: "extensions", parts: [])
  ) {
    self.phase = phase
    self.since = since
    self.start = start
    self.pipelines = pipelines
    self.extensions = extensions
  }
}
