internal import Configuration

/// The options of the `latency` section.
struct LatencyConfig: ConfigDecodable {
  /// Whether waits for a processor are counted.
  var countsRunQueue = true
  /// The control groups whose waits are counted apart; 0 for none.
  var cgroupLimit = 0
  /// Whether block requests are counted.
  var countsBlockIO = true
  /// Devices whose requests are not told of; `loop*` stands for all that begin with `loop`.
  var excludedDevices: [String] = []
  /// Whether OOM kills are told of.
  var tellsOOMKills = true

  /// The defaults.
  init() {}

  /// Reads the options from the section; `enabled` is read by whoever makes the capability.
  init(from section: ConfigSection) {
    if let part = section.section("run_queue") {
      countsRunQueue = part.bool("enabled", default: true)
      cgroupLimit = part.int("max_cgroups", default: 0, in: 0...4096)
      part.finish()
    }
    if let part = section.section("block_io") {
      countsBlockIO = part.bool("enabled", default: true)
      excludedDevices = part.names("exclude_devices") ?? []
      part.finish()
    }
    if let part = section.section("oom_kills") {
      tellsOOMKills = part.bool("enabled", default: true)
      part.finish()
    }
    section.finish()
  }

  /// Whether the requests of a device are told of.
  func tells(of device: String) -> Bool {
    !excludedDevices.contains { pattern in
      pattern.hasSuffix("*") ? device.hasPrefix(pattern.dropLast()) : device == pattern
    }
  }
}
