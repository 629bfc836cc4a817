internal import Glibc
internal import Queues

/// What the file exporter does with paths.
enum FilePath {
  /// The directory with its slash, empty for a bare name, and the name.
  static func split(_ path: String) -> (directory: String, name: String) {
    guard let slash = path.lastIndex(of: "/") else { return ("", path) }
    return (String(path[...slash]), String(path[path.index(after: slash)...]))
  }

  static func exists(_ path: String) -> Bool {
    var status = stat()
    return unsafe lstat(path, &status) == 0
  }

  static func rename(_ path: String, to other: String) throws(SystemError) {
    guard unsafe Glibc.rename(path, other) == 0 else { throw .last("rename") }
  }

  static func remove(_ path: String) {
    _ = unsafe unlink(path)
  }

  /// Makes a directory and those above it; what exists stays as it is.
  static func makeDirectories(_ path: String) throws(SystemError) {
    var partial = path.hasPrefix("/") ? "/" : ""
    for part in path.split(separator: "/") {
      partial += part
      if unsafe mkdir(partial, 0o755) != 0, errno != EEXIST, !exists(partial) {
        throw .last("mkdir")
      }
      partial += "/"
    }
  }

  /// The names in a directory; none where it cannot be read.
  static func names(in directory: String) -> [String] {
    guard let stream = unsafe opendir(directory.isEmpty ? "." : directory) else { return [] }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      names.append(name)
    }
    return names
  }

  /// Whether opening failed for the path itself, so that another path may do.
  static func isBadPath(_ error: SystemError) -> Bool {
    [ENOTDIR, EISDIR, ENAMETOOLONG, ELOOP, EINVAL, EEXIST, ENXIO].contains(error.code)
  }
}
