public import Configuration

/// How to make extensions of one type.
///
/// The configuration is decoded and validated before anything is made: `prepare` reads the section,
/// reports its problems there, and returns what makes the extension.
public struct ExtensionFactory: Sendable {
  /// Makes an extension.
  public typealias Make = @Sendable (ComponentSettings) throws(ComponentError) -> any Extension

  /// What there is to know of the type; it handles no signals.
  public let type: ComponentType
  /// Decodes a section and returns what makes the extension.
  public let prepare: @Sendable (ConfigSection) -> Make

  /// A factory that decodes `Config` and makes an extension of it.
  public init<Config: ConfigDecodable>(
    _ type: ComponentType,
    make:
      @escaping @Sendable (Config, ComponentSettings) throws(ComponentError) -> any Extension
  ) {
    self.type = type
    prepare = { section in
      let config = Config(from: section)
      let made: Make = { (settings) throws(ComponentError) -> any Extension in
        try make(config, settings)
      }
      return made
    }
  }
}
