internal import Configuration

/// How to make one capability of its section in the configuration.
struct CapabilityFactory: Sendable {
  /// Makes the capability; called on the receiver's queue.
  typealias Make = @Sendable () -> any ProbeCapability

  /// The section's key, such as `process`.
  let name: String
  /// Decodes a section and returns what makes the capability; nil where the section says it is off.
  let prepare: @Sendable (ConfigSection) -> Make?

  /// A factory that decodes `Config`, which finishes the section, and makes the capability of it.
  ///
  /// `enabled` is read here; it is on where the section does not say.
  init<Config: ConfigDecodable>(
    _ name: String, make: @escaping @Sendable (Config) -> any ProbeCapability
  ) {
    self.name = name
    prepare = { section in
      let isEnabled = section.bool("enabled", default: true)
      let config = Config(from: section)
      guard isEnabled else { return nil }
      let made: Make = { make(config) }
      return made
    }
  }

  /// The capabilities of this build, in the order in which they are loaded: adding one adds one line.
  static let all: [CapabilityFactory] = [
    CapabilityFactory("process") { (config: ProcessConfig) in ProcessCapability(config) },
    CapabilityFactory("network") { (config: NetworkConfig) in NetworkCapability(config) },
    CapabilityFactory("dns") { (config: DNSConfig) in DNSCapability(config) },
    CapabilityFactory("latency") { (config: LatencyConfig) in LatencyCapability(config) },
  ]
}
