internal import Bytes
internal import Procfs

/// Finds the Kubernetes pod in the path of a control group.
public enum PodUID {
  /// The uid of the last pod in the path, with dashes; nil where there is none.
  public static func find(inPath path: Span<UInt8>) -> String? {
    var parts = PathParts(path)
    while let range = parts.previous() {
      if let uid = uid(ofPart: path.extracting(range)) { return uid }
    }
    return nil
  }

  /// The uid in `pod<uid>`, `kubepods-<class>-pod<uid>.slice` or that with `:driver:container` behind it.
  private static func uid(ofPart part: Span<UInt8>) -> String? {
    var end = 0
    while end < part.count, part[end] != UInt8(ascii: ":") { end += 1 }
    var name = part.extracting(0..<end)
    if name.ends(with: ".slice") { name = name.extracting(0..<name.count - 6) }
    guard let start = start(in: name) else { return nil }
    return checked(name.extracting(start..<name.count))
  }

  /// Where the uid begins: behind `pod` at the beginning, or behind the last `-pod`.
  private static func start(in name: Span<UInt8>) -> Int? {
    if name.starts(with: "pod") { return 3 }
    var index = name.count - 4
    while index >= 0 {
      if name.extracting(index..<index + 4).isEqual(to: "-pod") { return index + 4 }
      index -= 1
    }
    return nil
  }

  /// The uid with dashes where it is a UUID, or 32 digits as static pods have.
  private static func checked(_ uid: Span<UInt8>) -> String? {
    if uid.isHexadecimal(0..<uid.count, count: 32) { return String(copying: uid) }
    guard uid.count == 36 else { return nil }
    var bytes = [UInt8](copying: uid)
    for index in bytes.indices {
      if [8, 13, 18, 23].contains(index) {
        guard bytes[index] == UInt8(ascii: "_") || bytes[index] == UInt8(ascii: "-") else {
          return nil
        }
        bytes[index] = UInt8(ascii: "-")
      } else if !uid.isHexadecimal(index..<index + 1, count: 1) {
        return nil
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
