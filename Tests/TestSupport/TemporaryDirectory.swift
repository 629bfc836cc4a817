internal import Glibc

/// A directory of one test's own, removed with all that is in it.
public final class TemporaryDirectory: Sendable {
  /// Where it is.
  public let path: String

  /// Makes a directory.
  public init() {
    var template = Array("/tmp/swiftlet-test-XXXXXX".utf8CString)
    unsafe mkdtemp(&template)
    path = String(
      decoding: template.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  deinit {
    TemporaryDirectory.remove(path)
  }

  /// The path of `name` in the directory.
  public func path(_ name: String) -> String { path + "/" + name }

  /// The bytes of the file called `name`, nil where there is none.
  public func bytes(_ name: String) -> [UInt8]? {
    let descriptor = unsafe open(path(name), O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = unsafe read(descriptor, &chunk, chunk.count)
      guard count > 0 else { return bytes }
      bytes += chunk.prefix(count)
    }
  }

  /// The lines of the file called `name`, without their ends.
  public func lines(_ name: String) -> [String] {
    (bytes(name) ?? []).split(separator: UInt8(ascii: "\n"))
      .map { String(decoding: $0, as: UTF8.self) }
  }

  /// Writes the file called `name`, and makes the directories in its way.
  public func write(_ name: String, _ bytes: [UInt8]) {
    var parent = path
    for part in name.split(separator: "/").dropLast() {
      parent += "/" + part
      unsafe mkdir(parent, 0o700)
    }
    let descriptor = unsafe open(path(name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    _ = unsafe Glibc.write(descriptor, bytes, bytes.count)
    close(descriptor)
  }

  /// Makes `name` a link to `target`.
  public func link(_ name: String, to target: String) {
    unsafe unlink(path(name))
    unsafe symlink(target, path(name))
  }

  /// All files below the directory, by their path from it, sorted.
  public func files() -> [String] {
    TemporaryDirectory.files(in: path).map { String($0.dropFirst(path.count + 1)) }.sorted()
  }

  private static func names(in path: String) -> [String] {
    guard let stream = unsafe opendir(path) else { return [] }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names
  }

  private static func isDirectory(_ path: String) -> Bool {
    var status = stat()
    return unsafe lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  private static func files(in path: String) -> [String] {
    names(in: path).flatMap { name -> [String] in
      let path = path + "/" + name
      return isDirectory(path) ? files(in: path) : [path]
    }
  }

  private static func remove(_ path: String) {
    for name in names(in: path) {
      let path = path + "/" + name
      if isDirectory(path) { remove(path) } else { unsafe unlink(path) }
    }
    unsafe rmdir(path)
  }
}
