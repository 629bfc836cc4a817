internal import Bytes
internal import Procfs

/// The name of the service that a process without an SDK belongs to, and where it was found.
public struct ServiceName: Sendable, Hashable {
  /// Where a name can come from, in the order in which it is looked for.
  public enum Source: String, Sendable, CaseIterable {
    /// `OTEL_SERVICE_NAME`, or `service.name` in `OTEL_RESOURCE_ATTRIBUTES`, of the process's environment.
    case environment
    /// The systemd service that the process runs in.
    case systemdUnit = "systemd_unit"
    /// The container's name.
    case container
    /// The name of the program.
    case executable
  }

  /// The longest name that is taken, in bytes.
  public static let byteLimit = 256

  /// The name.
  public let text: String
  /// Where it was found.
  public let source: Source

  /// A name from this source.
  public init(_ text: String, from source: Source) {
    self.text = text
    self.source = source
  }

  /// The first name of what is known, in the order of the sources; nil where nothing is.
  public static func choose(
    environment: String?, cgroup: Cgroup?, containerName: String?, executable: String?
  ) -> ServiceName? {
    let candidates: [(String?, Source)] = [
      (environment, .environment), (cgroup?.unit, .systemdUnit),
      (containerName ?? cgroup?.containerName, .container), (executable, .executable),
    ]
    for case (let name?, let source) in candidates
    where !name.isEmpty && name.utf8.count <= byteLimit {
      return ServiceName(name, from: source)
    }
    return nil
  }

  /// The name in the text of /proc/PID/environ, whose entries end with a zero byte each.
  public static func find(inEnvironment text: Span<UInt8>) -> String? {
    var attributed: String?
    var start = 0
    while start < text.count {
      var end = start
      while end < text.count, text[end] != 0 { end += 1 }
      let entry = text.extracting(start..<end)
      if entry.starts(with: "OTEL_SERVICE_NAME="), entry.count > 18 {
        return String(copying: entry.extracting(18..<entry.count))
      }
      if attributed == nil, entry.starts(with: "OTEL_RESOURCE_ATTRIBUTES=") {
        attributed = find(inAttributes: entry.extracting(25..<entry.count))
      }
      start = end + 1
    }
    return attributed
  }

  /// The value of `service.name` in a list such as `a=b,service.name=shop`; percent signs are decoded.
  static func find(inAttributes text: Span<UInt8>) -> String? {
    var start = 0
    while start < text.count {
      var end = start
      while end < text.count, text[end] != UInt8(ascii: ",") { end += 1 }
      let entry = text.extracting(start..<end).trimmed
      if entry.starts(with: "service.name=") {
        let value = entry.extracting(13..<entry.count).trimmed.decodingEscapes(after: "%")
        return value.isEmpty ? nil : String(decoding: value, as: UTF8.self)
      }
      start = end + 1
    }
    return nil
  }
}
