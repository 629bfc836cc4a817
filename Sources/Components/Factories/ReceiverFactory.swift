public import Configuration

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
