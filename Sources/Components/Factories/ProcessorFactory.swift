public import Configuration
public import Telemetry

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
