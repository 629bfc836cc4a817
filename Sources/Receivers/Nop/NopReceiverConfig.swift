public import Configuration

/// The options of the nop receiver: none.
public struct NopReceiverConfig: ConfigDecodable {
  /// Reads the section, which must be empty.
  public init(from section: ConfigSection) {
    section.finish()
  }
}
