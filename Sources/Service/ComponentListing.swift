internal import Components
internal import Telemetry

/// The components of this build for a user to read.
public enum ComponentListing {
  /// A YAML document in the layout of the OpenTelemetry Collector's `components` command.
  public static var yaml: String {
    var text = """
      buildinfo:
        command: swiftlet
        description: OpenTelemetry-compatible telemetry collector
        version: \(Version.number)

      """
    for kind in ComponentKind.allCases {
      let types = ComponentRegistry.standard.types(of: kind)
      guard !types.isEmpty else {
        text += "\(kind.section): []\n"
        continue
      }
      text += "\(kind.section):\n"
      for type in types { text += entry(type) }
    }
    text += "providers:\n  - scheme: env\n  - scheme: file\n  - scheme: yaml\n"
    return text
  }

  private static func entry(_ type: ComponentType) -> String {
    var text = "  - name: \(type.name)\n"
    if !type.aliases.isEmpty {
      text += "    aliases: [\(type.aliases.joined(separator: ", "))]\n"
    }
    text += "    summary: \(type.summary)\n    stability:\n"
    for signal in Signal.allCases {
      if let stability = type.signals[signal] {
        text += "      \(signal.rawValue): \(stability.rawValue)\n"
      }
    }
    return text
  }
}
