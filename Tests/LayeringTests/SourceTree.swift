import Glibc

/// The files of the package that this test was compiled in.
struct SourceTree {
  let root: String

  /// The package around this file.
  init(file: String = #filePath) {
    root = file.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()
  }

  /// What is in a folder, in order; folders end in a slash.
  ///
  /// Empty where there is no such folder.
  func entries(of folder: String) -> [String] {
    // Zeroes are how C code makes a glob_t before its first use.
    var found = unsafe glob_t()
    // The structure is ours, and is freed below.
    let status = unsafe glob("\(root)/\(folder)/*", GLOB_MARK, nil, &found)
    // What glob allocated is not used after this function.
    defer { unsafe globfree(&found) }
    guard status == 0 else { return [] }
    // A count of what glob found.
    let count = unsafe Int(found.gl_pathc)
    return (0..<count).compactMap { index in
      // glob promises gl_pathc entries, each a string that lives until globfree.
      unsafe found.gl_pathv[index].map { unsafe String(cString: $0) }
    }.map { String($0.dropFirst(root.utf8.count + 1)) }
  }

  /// Every file below a folder whose name ends in `suffix`.
  func files(below folder: String, suffix: String) -> [String] {
    entries(of: folder).flatMap { entry -> [String] in
      entry.hasSuffix("/")
        ? files(below: String(entry.dropLast()), suffix: suffix)
        : entry.hasSuffix(suffix) ? [entry] : []
    }
  }

  /// A file's bytes; nil where there is none.
  func bytes(of path: String) -> [UInt8]? {
    // open only reads the path, which lives for the call.
    let descriptor = unsafe open("\(root)/\(path)", O_RDONLY)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      // The buffer is valid for the call, and read writes no more than its count.
      let count = unsafe chunk.withUnsafeMutableBytes {
        unsafe read(descriptor, $0.baseAddress, $0.count)
      }
      guard count > 0 else { return bytes }
      bytes += chunk[..<count]
    }
  }

  /// A file's text; nil where there is none.
  func text(of path: String) -> String? {
    bytes(of: path).map { String(decoding: $0, as: UTF8.self) }
  }

  /// A file's lines, without the newline that ends the last.
  func lines(of path: String) -> [Substring] {
    var lines = (text(of: path) ?? "").split(separator: "\n", omittingEmptySubsequences: false)
    if lines.last == "" { lines.removeLast() }
    return lines
  }

  /// The names of the folders in Sources.
  var modules: [String] {
    entries(of: "Sources").filter { $0.hasSuffix("/") }.map {
      String($0.dropFirst("Sources/".count).dropLast())
    }
  }

  /// The modules in Swift.
  var swiftModules: [String] {
    modules.filter { !files(below: "Sources/\($0)", suffix: ".swift").isEmpty }
  }

  /// The modules in C: those without a Swift file.
  var cModules: [String] {
    modules.filter { files(below: "Sources/\($0)", suffix: ".swift").isEmpty }
  }

  /// Every import of the Swift files below a folder.
  func imports(below folder: String) -> [ImportLine] {
    files(below: folder, suffix: ".swift").flatMap { path in
      lines(of: path).enumerated().compactMap { number, line in
        ImportLine(line, at: "\(path):\(number + 1)")
      }
    }
  }
}
