internal import Configuration
internal import EBPF

/// The options of the `ebpf` receiver; each capability has a section of its own beside them.
struct EBPFReceiverConfig: ConfigDecodable {
  /// The least memory with which all capabilities work.
  static let memoryRange = 16...1024

  /// What all maps and tables together may take, in MiB.
  var memoryLimit = 48
  /// Whether capabilities that nothing needs any more are dropped once the programs are attached.
  var dropsCapabilities = true
  /// Capabilities that are kept besides those that the receiver needs.
  var keptCapabilities: [Capability] = []
  /// What makes the capabilities that are on.
  var capabilities: [CapabilityFactory.Make] = []

  /// The defaults, with these capabilities.
  init(capabilities: [CapabilityFactory.Make] = []) {
    self.capabilities = capabilities
  }

  /// Reads the options from the receiver's section.
  init(from section: ConfigSection) {
    self.init(from: section, factories: CapabilityFactory.all)
  }

  /// Reads the options, with sections for `factories`.
  init(from section: ConfigSection, factories: [CapabilityFactory]) {
    memoryLimit = section.int(
      "memory_limit_mib", default: 48, in: EBPFReceiverConfig.memoryRange)
    dropsCapabilities = section.bool("drop_capabilities", default: true)
    for name in section.names("keep_capabilities") ?? [] {
      if let capability = Capability(name: name) {
        keptCapabilities.append(capability)
      } else {
        section.problem(
          "keep_capabilities", "\(name) is no capability, such as CAP_DAC_OVERRIDE, known here")
      }
    }
    var sections = 0
    for factory in factories {
      guard let own = section.section(factory.name) else { continue }
      sections += 1
      if let make = factory.prepare(own) { capabilities.append(make) }
    }
    // A name that is misspelt is reported as that alone.
    let options = ["memory_limit_mib", "drop_capabilities", "keep_capabilities"]
    if sections == 0, section.keys.allSatisfy(options.contains) {
      let known = factories.map(\.name).joined(separator: ", ")
      section.problem("has no section that says what to look at; choose from \(known)")
    }
    section.finish()
  }
}
