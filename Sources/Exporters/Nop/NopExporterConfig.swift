public import Configuration

/// The options of the nop exporter: none.
public struct NopExporterConfig: ConfigDecodable {
  /// Reads the section, which must be empty.
  public init(from section: ConfigSection) {
    section.finish()
  }
}
