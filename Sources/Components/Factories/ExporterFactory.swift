public import Configuration

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
