public import Configuration
public import Telemetry

/// How far a component can be relied on.
public enum Stability: String, Sendable {
  /// For daily use.
  case stable
  /// Works; options may still change.
  case beta
  /// May change in any way.
  case development
}

/// What kind of component a factory makes.
public enum ComponentKind: String, Sendable, CaseIterable {
  /// Brings telemetry in.
  case receiver
  /// Works on batches in a pipeline.
  case processor
  /// Delivers batches out.
  case exporter
  /// Joins pipelines.
  case connector
  /// Runs beside the pipelines.
  case `extension`

  /// The key of the kind's section in the configuration.
  public var section: String { rawValue + "s" }
}

/// What there is to know of a type of component before one is made.
public struct ComponentType: Sendable {
  /// The type in the configuration, in snake case.
  public let name: String
  /// Other names of the type that configurations use.
  public let aliases: [String]
  /// The signals it handles, each with how far it can be relied on.
  public let signals: [Signal: Stability]
  /// One sentence on what it is, for listings.
  public let summary: String

  /// A type of these parts.
  public init(
    _ name: String, aliases: [String] = [], signals: [Signal: Stability], summary: String
  ) {
    self.name = name
    self.aliases = aliases
    self.signals = signals
    self.summary = summary
  }
}

/// How to make receivers of one type.
///
/// The configuration is decoded and validated before anything is made: `prepare` reads the section,
/// reports its problems there, and returns what makes the receiver.
public struct ReceiverFactory: Sendable {
  /// Makes a receiver with all its outlets at once.
  public typealias Make =
    @Sendable (ComponentSettings, Outlets) throws(ComponentError) -> any Receiver

  /// What there is to know of the type.
  public let type: ComponentType
  /// Decodes a section and returns what makes the receiver.
  public let prepare: @Sendable (ConfigSection) -> Make

  /// A factory that decodes `Config` and makes a receiver of it.
  public init<Config: ConfigDecodable>(
    _ type: ComponentType,
    make:
      @escaping @Sendable (Config, ComponentSettings, Outlets) throws(ComponentError) ->
      any Receiver
  ) {
    self.type = type
    prepare = { section in
      let config = Config(from: section)
      let made: Make = { (settings, outlets) throws(ComponentError) -> any Receiver in
        try make(config, settings, outlets)
      }
      return made
    }
  }
}

/// How to make processors of one type.
///
/// The configuration is decoded and validated before anything is made: `prepare` reads the section,
/// reports its problems there, and returns what makes the processor.
public struct ProcessorFactory: Sendable {
  /// Makes a processor for one signal's pipeline that hands on to the consumer given.
  public typealias Make =
    @Sendable (ComponentSettings, Signal, any Consumer) throws(ComponentError) -> any Processor

  /// What there is to know of the type.
  public let type: ComponentType
  /// Decodes a section and returns what makes the processor.
  public let prepare: @Sendable (ConfigSection) -> Make

  /// A factory that decodes `Config` and makes a processor of it.
  public init<Config: ConfigDecodable>(
    _ type: ComponentType,
    make:
      @escaping @Sendable (Config, ComponentSettings, Signal, any Consumer) throws(ComponentError)
      -> any Processor
  ) {
    self.type = type
    prepare = { section in
      let config = Config(from: section)
      let made: Make = { (settings, signal, next) throws(ComponentError) -> any Processor in
        try make(config, settings, signal, next)
      }
      return made
    }
  }
}

/// How to make exporters of one type.
///
/// The configuration is decoded and validated before anything is made: `prepare` reads the section,
/// reports its problems there, and returns what makes the exporter.
public struct ExporterFactory: Sendable {
  /// Makes an exporter for all the signals it is used for.
  public typealias Make = @Sendable (ComponentSettings) throws(ComponentError) -> any Exporter

  /// What there is to know of the type.
  public let type: ComponentType
  /// Decodes a section and returns what makes the exporter.
  public let prepare: @Sendable (ConfigSection) -> Make

  /// A factory that decodes `Config` and makes a exporter of it.
  public init<Config: ConfigDecodable>(
    _ type: ComponentType,
    make:
      @escaping @Sendable (Config, ComponentSettings) throws(ComponentError) -> any Exporter
  ) {
    self.type = type
    prepare = { section in
      let config = Config(from: section)
      let made: Make = { (settings) throws(ComponentError) -> any Exporter in
        try make(config, settings)
      }
      return made
    }
  }
}
