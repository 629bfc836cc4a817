public import Configuration

extension FileExporterConfig {
  /// Reads the options.
  public init(from section: ConfigSection) {
    self.init(path: section.string("path") ?? "")
    appends = section.bool("append", default: false)
    format = section.choice("format", default: .json)
    compression = section.choice("compression", default: .none)
    flushInterval = section.duration("flush_interval", default: .seconds(1))
    rotation = section.section("rotation").map(FileExporterConfig.rotation)
    grouping = section.section("group_by").flatMap(FileExporterConfig.grouping)
    createsDirectory = section.bool("create_directory", default: false)
    checkPath(section)
    if section.string("encoding") != nil {
      section.problem("encoding", "encoding extensions are not in this build; use format")
    }
    section.finish()
  }

  private func checkPath(_ section: ConfigSection) {
    if path.isEmpty {
      section.problem("path", "is required: name the file to write")
    } else if path.utf8.contains(0) || path.hasSuffix("/") {
      section.problem("path", "must be the path of a file")
    }
    guard grouping != nil else { return }
    if path.count(where: { $0 == "*" }) != 1 {
      section.problem("path", "must have exactly one * where group_by puts the attribute")
    } else if path.hasPrefix("*") {
      section.problem("path", "must have a directory before the *")
    }
  }

  private static func rotation(_ section: ConfigSection) -> Rotation {
    defer { section.finish() }
    return Rotation(
      maxMegabytes: section.int("max_megabytes", default: 100, in: 1...1_000_000_000),
      maxDays: section.int("max_days", default: 0, in: 0...100_000),
      maxBackups: section.int("max_backups", default: 100),
      usesLocalTime: section.bool("localtime", default: false))
  }

  private static func grouping(_ section: ConfigSection) -> Grouping? {
    defer { section.finish() }
    let isEnabled = section.bool("enabled", default: false)
    let grouping = Grouping(
      attribute: section.string("resource_attribute") ?? "fileexporter.path_segment",
      maxOpenFiles: section.int("max_open_files", default: 100, in: 1...100_000))
    if grouping.attribute.isEmpty {
      section.problem("resource_attribute", "must name a resource attribute")
    }
    return isEnabled ? grouping : nil
  }
}
