internal import Configuration

/// The options of the `process_identity` processor.
struct ProcessIdentityConfig: ConfigDecodable {
  /// Whether what is found replaces what a resource has.
  var overrides: Bool
  /// How long batches wait for their sender's process at most.
  var timeout: Duration
  /// The most bytes that wait at a time.
  var waitingLimit: Int
  /// How long what is known of a connection holds before it is looked up again.
  var refreshInterval: Duration
  /// The attributes that are added.
  var attributes: Set<SenderAttribute>
  /// What the processors made of this section share, one in each pipeline.
  let directory: SenderDirectory

  /// Options of these values.
  init(
    overrides: Bool = false, timeout: Duration = .milliseconds(100),
    waitingLimit: Int = 8 << 20, refreshInterval: Duration = .seconds(60),
    attributes: Set<SenderAttribute> = Set(SenderAttribute.allCases),
    directory: SenderDirectory? = nil
  ) {
    self.overrides = overrides
    self.timeout = timeout
    self.waitingLimit = waitingLimit
    self.refreshInterval = refreshInterval
    self.attributes = attributes
    self.directory =
      directory
      ?? SenderDirectory(
        SenderProgram(attributes: attributes, overrides: overrides),
        refreshInterval: refreshInterval)
  }

  /// Reads the options from the processor's section.
  init(from section: ConfigSection) {
    let timeout = section.duration("timeout", default: .milliseconds(100))
    if timeout < .milliseconds(1) || timeout > .seconds(10) {
      section.problem("timeout", "must be from 1ms to 10s")
    }
    let interval = section.duration("refresh_interval", default: .seconds(60))
    if interval < .seconds(1) { section.problem("refresh_interval", "must be at least 1s") }
    var attributes = Set(SenderAttribute.allCases)
    if let names = section.names("attributes") {
      if names.isEmpty { section.problem("attributes", "lists none") }
      attributes = Set(names.compactMap { ProcessIdentityConfig.attribute($0, section) })
    }
    self.init(
      overrides: section.bool("override", default: false), timeout: timeout,
      waitingLimit: section.byteSize(
        "max_waiting_size", default: 8 << 20, in: 1 << 10...1 << 30),
      refreshInterval: interval, attributes: attributes)
    section.finish()
  }

  private static func attribute(_ name: String, _ section: ConfigSection) -> SenderAttribute? {
    if let known = SenderAttribute(rawValue: name) { return known }
    let names = SenderAttribute.allCases.map(\.rawValue)
    let hint = Spelling.hint(for: name, among: names)
    section.problem(
      "attributes", "\"\(name)\" is not one of \(names.joined(separator: ", "))\(hint)")
    return nil
  }
}
