internal import Bytes
internal import Glibc
internal import Procfs
internal import Telemetry

/// Reads what identifies the host and its operating system.
enum HostDetector {
  static func detect(
    _ config: DetectorConfig, _ around: Surroundings
  ) throws(DetectionError) -> DetectedAttributes {
    var found = detectOS(around)
    if config.attributes.contains("host.name") {
      guard let name = hostName(config.hostnameSources) else {
        let sources = config.hostnameSources.map(\.rawValue).joined(separator: ", ")
        throw DetectionError("none of the sources \(sources) has a name for this host")
      }
      found.add("host.name", text: name)
    }
    let id = around.text("/etc/machine-id") ?? around.text("/var/lib/dbus/machine-id")
    found.add("host.id", text: id?.trimmed)
    found.add("host.arch", text: architecture(SystemName.current.machine))
    if config.attributes.contains("host.ip") {
      found.add("host.ip", .array(HostAddresses.all().map { .string($0) }))
    }
    if config.attributes.contains("host.mac") {
      found.add("host.mac", .array(hardwareAddresses(around).map { .string($0) }))
    }
    if config.attributes.contains("host.interface") {
      found.add("host.interface", .array(interfaces(around).map { .string($0) }))
    }
    addProcessor(around, to: &found)
    return found
  }

  /// What there is to know of the operating system.
  static func detectOS(_ around: Surroundings) -> DetectedAttributes {
    var found = DetectedAttributes()
    found.add("os.type", text: "linux")
    let release = around.text("/etc/os-release") ?? around.text("/usr/lib/os-release") ?? ""
    let fields = release.pairs(separatedBy: "=")
    func field(_ name: String) -> String? {
      fields.first { $0.key == name }.map { unquoted($0.value) }
    }
    let system = SystemName.current
    let kernel =
      "\(system.name) \(system.node) \(system.release) \(system.version) \(system.machine)"
    found.add("os.description", text: field("PRETTY_NAME").map { "\($0) (\(kernel))" } ?? kernel)
    found.add("os.name", text: field("NAME"))
    found.add("os.version", text: field("VERSION_ID"))
    found.add("os.build.id", text: field("BUILD_ID"))
    return found
  }

  private static func unquoted(_ text: String) -> String {
    guard text.count >= 2, let first = text.first, first == "\"" || first == "'",
      text.last == first
    else { return text }
    return String(text.dropFirst().dropLast())
  }

  private static func hostName(_ sources: [DetectorConfig.HostnameSource]) -> String? {
    let own = SystemName.current.node
    for source in sources {
      let name: String? =
        switch source {
        case .os: own
        case .dns, .cname: HostAddresses.canonicalName(of: own)
        case .lookup: HostAddresses.reverseName(of: own)
        }
      if let name, !name.isEmpty { return name }
    }
    return nil
  }

  /// The name that the semantic conventions have for a machine type of uname(2).
  static func architecture(_ machine: String) -> String {
    switch machine {
    case "x86_64": "amd64"
    case "aarch64": "arm64"
    case "i386", "i486", "i586", "i686": "x86"
    case _ where machine.hasPrefix("arm"): "arm32"
    case "ppc64le", "ppc64": "ppc64"
    case "ppc": "ppc32"
    default: machine
    }
  }

  /// The names of all interfaces but the loopback.
  private static func interfaces(_ around: Surroundings) -> [String] {
    var file = KernelFile(root: around.root)
    let names = (try? file.listEntries(of: "/sys/class/net")) ?? []
    return names.filter { $0 != "lo" }.sorted()
  }

  private static func hardwareAddresses(_ around: Surroundings) -> [String] {
    var file = KernelFile(root: around.root)
    guard let names = try? file.listEntries(of: "/sys/class/net") else { return [] }
    return names.sorted().compactMap { name in
      let path = Array("/sys/class/net/\(name)/address".utf8)
      guard (try? file.read(path: path.span)) != nil else { return nil }
      let address = String(copying: file.text).trimmed
      guard address.count == 17, address != "00:00:00:00:00:00" else { return nil }
      return String(address.uppercased().map { $0 == ":" ? "-" : $0 })
    }
  }

  private static func addProcessor(_ around: Surroundings, to found: inout DetectedAttributes) {
    let fields = (around.text("/proc/cpuinfo") ?? "").pairs(separatedBy: ":")
    for (key, attribute) in [
      ("vendor_id", "host.cpu.vendor.id"), ("cpu family", "host.cpu.family"),
      ("model", "host.cpu.model.id"), ("model name", "host.cpu.model.name"),
      ("stepping", "host.cpu.stepping"),
    ] {
      found.add(attribute, text: fields.first { $0.key == key }?.value)
    }
    guard let size = around.text("/sys/devices/system/cpu/cpu0/cache/index2/size")?.trimmed,
      size.hasSuffix("K"), let kibibytes = Int64(size.dropLast()), kibibytes < 1 << 40
    else { return }
    found.add("host.cpu.cache.l2.size", .int(kibibytes << 10))
  }
}

/// What uname(2) tells.
struct SystemName {
  let name: String
  let node: String
  let release: String
  let version: String
  let machine: String

  /// This system's.
  static var current: SystemName {
    var names = utsname()
    // The pointer is valid for the call.
    unsafe uname(&names)
    return SystemName(
      name: text(names.sysname), node: text(names.nodename), release: text(names.release),
      version: text(names.version), machine: text(names.machine))
  }

  /// The text in a field of fixed size, which ends with a zero byte.
  private static func text<Field>(_ field: Field) -> String {
    unsafe withUnsafeBytes(of: field) { bytes in
      unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
  }
}
