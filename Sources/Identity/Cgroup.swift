internal import Bytes
internal import Procfs

/// A control group and what its path says of the processes in it.
public final class Cgroup: Sendable {
  /// The path below the hierarchy's root; begins with a slash.
  public let path: String
  /// The id of the container, all its digits; nil where the path names none.
  public let containerID: String?
  /// The uid of the Kubernetes pod.
  public let podUID: String?
  /// The systemd service that runs directly in this group or around it, inside the container if there is one.
  public let unit: String?
  /// The name of an LXC or nspawn container.
  public let containerName: String?

  /// What `path` says.
  public init(path: String) {
    self.path = path
    let bytes = path.utf8Span.span
    containerID = ContainerID.find(inPath: bytes)
    podUID = PodUID.find(inPath: bytes)
    unit = Cgroup.unit(inPath: bytes)
    containerName = Cgroup.containerName(inPath: bytes)
  }

  /// The service's name without its ending; nil where a container begins behind the last service.
  ///
  /// `user@1000.service` runs a user's session and is no service by itself.
  static func unit(inPath path: Span<UInt8>) -> String? {
    var parts = PathParts(path)
    while let range = parts.previous() {
      let part = path.extracting(range)
      if ContainerID.id(ofPart: part) != nil || containerName(ofPart: part) != nil { return nil }
      if part.ends(with: ".service"), part.count > 8, !part.starts(with: "user@") {
        return String(copying: part.extracting(0..<part.count - 8))
      }
    }
    return nil
  }

  /// The name of the last LXC or nspawn container in the path.
  static func containerName(inPath path: Span<UInt8>) -> String? {
    var parts = PathParts(path)
    var follower = 0..<0
    while let range = parts.previous() {
      let part = path.extracting(range)
      if let name = containerName(ofPart: part) { return name }
      if part.isEqual(to: "lxc"), !follower.isEmpty {
        return String(copying: path.extracting(follower))
      }
      follower = range
    }
    return nil
  }

  private static func containerName(ofPart part: Span<UInt8>) -> String? {
    if part.starts(with: "lxc.payload."), part.count > 12 {
      return String(copying: part.extracting(12..<part.count))
    }
    if part.starts(with: "machine-"), part.ends(with: ".scope"), part.count > 14 {
      return unescaped(part.extracting(8..<part.count - 6))
    }
    return nil
  }

  /// A name as systemd writes it in units, where `\x2d` stands for a dash.
  private static func unescaped(_ name: Span<UInt8>) -> String {
    var bytes: [UInt8] = []
    var index = 0
    while index < name.count {
      if name[index] == UInt8(ascii: "\\"), index + 3 < name.count,
        name[index + 1] == UInt8(ascii: "x"),
        let value = UInt8(String(copying: name.extracting(index + 2..<index + 4)), radix: 16)
      {
        bytes.append(value)
        index += 4
      } else {
        bytes.append(name[index])
        index += 1
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
