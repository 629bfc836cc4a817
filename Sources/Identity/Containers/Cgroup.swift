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
      // As systemd writes names in units: `\x2d` stands for a dash.
      let name = part.extracting(8..<part.count - 6).decodingEscapes(after: #"\x"#)
      return String(decoding: name, as: UTF8.self)
    }
    return nil
  }
}
