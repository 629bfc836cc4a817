internal import Configuration

/// The options of the process scraper beside its metrics.
struct ProcessOptions: Sendable {
  /// The processes wanted, by name.
  var names = NameSelection.all
  /// How long a process must have run before it is told of.
  var delay: Duration = .zero
  /// Kinds of failures that are not told of.
  var muted: Set<ProcessFailure> = []
  /// Whether `process.cgroup` is among the resource's attributes.
  var attributes = ProcessAttributes()

  /// All processes at once.
  init() {}

  /// Reads the options from the scraper's section.
  init(from section: ConfigSection) {
    names = NameSelection(list: "names", from: section)
    delay = section.duration("scrape_process_delay", default: .zero)
    let mutesAll = section.bool("mute_process_all_errors", default: false)
    for failure in ProcessFailure.allCases {
      let isMuted = section.bool("mute_process_\(failure.rawValue)_error", default: false)
      if isMuted || mutesAll { muted.insert(failure) }
    }
    attributes = ProcessAttributes(from: section)
  }
}

/// What can fail of reading one process; the raw value is the part of the option's name.
enum ProcessFailure: String, CaseIterable, Sendable {
  /// The process's name or command line.
  case name
  /// The path of its program.
  case executable = "exe"
  /// What it reads and writes.
  case io
  /// The name of its user.
  case user
  /// Its control group.
  case cgroup
}

/// Which attributes a process's resource has.
struct ProcessAttributes: Sendable {
  /// The attributes that can be switched, with those that are on by default.
  static let known: [(name: String, isOnByDefault: Bool)] = [
    ("process.pid", true), ("process.parent_pid", true), ("process.executable.name", true),
    ("process.executable.path", true), ("process.command", true), ("process.command_line", true),
    ("process.owner", true), ("process.cgroup", false),
  ]

  private var enabled = Set(known.filter(\.isOnByDefault).map(\.name))

  /// The attributes that are on by default.
  init() {}

  /// Reads `resource_attributes` from the scraper's section.
  init(from section: ConfigSection) {
    guard let switches = section.section("resource_attributes") else { return }
    for (name, isOnByDefault) in ProcessAttributes.known {
      guard let attribute = switches.section(name) else { continue }
      if attribute.bool("enabled", default: isOnByDefault) {
        enabled.insert(name)
      } else {
        enabled.remove(name)
      }
      attribute.finish()
    }
    switches.finish()
  }

  /// Whether the attribute is wanted.
  func includes(_ name: String) -> Bool { enabled.contains(name) }
}
