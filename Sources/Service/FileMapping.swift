internal import Glibc

/// A part of a file in the process' memory that is read-only and was never written to.
struct FileMapping: Equatable {
  /// The address of its first byte.
  let start: UInt
  /// Its size.
  let byteCount: Int

  /// The mappings of this process, from `/proc/self/smaps`; none where that cannot be read.
  static func cleanOfThisProcess() -> [FileMapping] {
    guard let file = unsafe fopen("/proc/self/smaps", "re") else { return [] }
    defer { unsafe fclose(file) }
    var scanner = Scanner()
    var line: UnsafeMutablePointer<CChar>?
    var capacity = 0
    defer { unsafe free(line) }
    while unsafe getline(&line, &capacity, file) > 0, let text = unsafe line {
      scanner.take(line: unsafe String(cString: text))
    }
    return scanner.found
  }

  /// Finds the mappings in the lines of a file in the format of `/proc/PID/smaps`.
  struct Scanner {
    private(set) var found: [FileMapping] = []
    private var candidate: FileMapping?

    /// Takes the next line.
    mutating func take(line: String) {
      // Heads begin with an address in lower case; of the lines below them one in twenty matters.
      guard let first = line.utf8.first else { return }
      if first < 0x41 || first > 0x5A {
        candidate = Scanner.candidate(Scanner.words(line))
      } else if line.utf8.starts(with: "Anonymous:".utf8), let mapping = candidate {
        // Constants that the loader relocated are read-only by now, but only memory has them.
        let words = Scanner.words(line)
        if words.count > 1, words[1] == "0" { found.append(mapping) }
        candidate = nil
      }
    }

    private static func words(_ line: String) -> [Substring] {
      line.utf8.split { $0 == 0x20 || $0 == 0x0A }.map { Substring($0) }
    }

    /// The mapping that a head line such as `400000-5f0000 r-xp 00000000 fe:00 12 /bin/x` names.
    private static func candidate(_ words: [Substring]) -> FileMapping? {
      guard words.count >= 6, words[5].hasPrefix("/"), words[1] == "r-xp" || words[1] == "r--p"
      else { return nil }
      let ends = words[0].split(separator: "-")
      guard ends.count == 2, let start = UInt(ends[0], radix: 16),
        let end = UInt(ends[1], radix: 16), end > start
      else { return nil }
      return FileMapping(start: start, byteCount: Int(end - start))
    }
  }
}
