internal import Configuration

/// The options of the `resource_detection` processor.
struct ResourceDetectionConfig: ConfigDecodable {
  /// The detectors in order: of two that find an attribute, the first decides.
  var detectors: [DetectorConfig]
  /// Whether what is found replaces what a resource has.
  var overrides: Bool
  /// How long the start waits for the detectors, and how long docker may take.
  var timeout: Duration
  /// Whether a detector that finds nothing ends the start.
  var failsOnMissing: Bool
  /// The time from one detection to the next; zero detects once.
  var refreshInterval: Duration
  /// The attributes that are added; nil for all.
  var allowed: Set<String>?
  /// What the processors made of this section share, one in each pipeline.
  let detection = SharedDetection()

  /// Options of these values.
  init(
    detectors: [DetectorConfig] = [DetectorConfig(.env)], overrides: Bool = true,
    timeout: Duration = .seconds(5), failsOnMissing: Bool = false,
    refreshInterval: Duration = .zero, allowed: Set<String>? = nil
  ) {
    self.detectors = detectors
    self.overrides = overrides
    self.timeout = timeout
    self.failsOnMissing = failsOnMissing
    self.refreshInterval = refreshInterval
    self.allowed = allowed
  }

  /// Reads the options from the processor's section.
  init(from section: ConfigSection) {
    self.init(
      overrides: section.bool("override", default: true),
      timeout: section.duration("timeout", default: .seconds(5)),
      failsOnMissing: section.bool("fail_on_missing_metadata", default: false),
      refreshInterval: section.duration("refresh_interval", default: .zero))
    if timeout <= .zero { section.problem("timeout", "must be more than 0") }
    if refreshInterval > .zero, refreshInterval < .seconds(1) {
      section.problem("refresh_interval", "must be 0 or at least 1s")
    }
    if let names = section.names("attributes"), !names.isEmpty { allowed = Set(names) }
    let known = DetectorKind.allCases.filter { $0 != .env }
    let options = known.map { kind in
      (kind, section.section(kind.rawValue).map { DetectorConfig(kind, from: $0) })
    }
    let foreign = DetectorKind.foreign.filter(section.contains)
    for name in foreign { section.problem(name, "this detector is not in this build") }
    if let names = section.names("detectors") {
      detectors = ResourceDetectionConfig.kinds(names, foreign, section).map { kind in
        options.first { $0.0 == kind }?.1 ?? DetectorConfig(kind)
      }
    }
    section.finish()
  }

  private static func kinds(
    _ names: [String], _ reported: [String], _ section: ConfigSection
  ) -> [DetectorKind] {
    if names.isEmpty { section.problem("detectors", "lists none") }
    var kinds: [DetectorKind] = []
    for name in names {
      if let kind = DetectorKind(rawValue: name) {
        if kinds.contains(kind) { section.problem("detectors", "lists \(name) twice") }
        kinds.append(kind)
      } else if DetectorKind.foreign.contains(name) {
        if !reported.contains(name) {
          section.problem("detectors", "the detector \(name) is not in this build")
        }
      } else {
        let known = DetectorKind.allCases.map(\.rawValue).joined(separator: ", ")
        section.problem("detectors", "\"\(name)\" is not one of \(known)")
      }
    }
    return kinds
  }
}

/// The options of one detector.
struct DetectorConfig: Sendable {
  /// Where the host's name comes from.
  enum HostnameSource: String, CaseIterable, Sendable {
    /// The full name that the resolver has for the host.
    case dns
    /// The name that the kernel has.
    case os
    /// The canonical name that the resolver has for the host.
    case cname
    /// The name that the resolver has for one of the host's addresses.
    case lookup
  }

  let kind: DetectorKind
  /// The attributes wanted; those of `env` are all wanted.
  var attributes: Set<String>
  /// Where the host's name is asked for, in order.
  var hostnameSources: [HostnameSource] = [.dns, .os]

  /// The options that hold where the configuration says nothing.
  init(_ kind: DetectorKind) {
    self.kind = kind
    attributes = Set(kind.attributes.filter(\.isOnByDefault).map(\.name))
  }

  /// Reads the options from the detector's section.
  init(_ kind: DetectorKind, from section: ConfigSection) {
    self.init(kind)
    if let switches = section.section("resource_attributes") {
      for (name, isOnByDefault) in kind.attributes {
        guard let attribute = switches.section(name) else { continue }
        if attribute.bool("enabled", default: isOnByDefault) {
          attributes.insert(name)
        } else {
          attributes.remove(name)
        }
        attribute.finish()
      }
      switches.finish()
    }
    if kind == .system, let names = section.names("hostname_sources") {
      hostnameSources = names.compactMap { name in
        if let source = HostnameSource(rawValue: name) { return source }
        let known = HostnameSource.allCases.map(\.rawValue).joined(separator: ", ")
        section.problem("hostname_sources", "\"\(name)\" is not one of \(known)")
        return nil
      }
    }
    section.finish()
  }
}
