import Diagnostics
import Glibc
import Testing

@testable import Service

@Suite struct MetricCatalogTests {
  /// The text of every Swift file of Sources but the catalog's own.
  private static let sources: [String] = {
    let root = #filePath.split(separator: "/").dropLast(4).map { "/" + $0 }.joined() + "/Sources"
    return files(below: root).filter { !$0.contains("MetricCatalog") }.compactMap(text)
  }()

  private static func files(below folder: String) -> [String] {
    // unsafe: the stream is open until closedir, entries are read before the next.
    guard let stream = unsafe opendir(folder) else { return [] }
    defer { unsafe closedir(stream) }
    var found: [String] = []
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name.hasPrefix(".") { continue }
      let path = folder + "/" + name
      if name.hasSuffix(".swift") { found.append(path) } else { found += files(below: path) }
    }
    return found
  }

  private static func text(_ path: String) -> String? {
    guard let file = unsafe fopen(path, "r") else { return nil }
    defer { unsafe fclose(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = unsafe fread(&chunk, 1, chunk.count, file)
      if count == 0 { break }
      bytes += chunk[..<count]
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The names in the sources, with what is put in at run time replaced by an example.
  private static let names: Set<String> = {
    var names: Set<String> = []
    let pattern =
      /"((?:otelcol|swiftlet)_(?:[a-z_]|\\\([a-z]+\))+|(?:http|rpc)\.(?:server|client)\.[a-z.]+)"/
    for source in sources {
      for match in source.matches(of: pattern) {
        names.insert(String(match.1).replacing(/\\\([a-z]+\)/, with: "spans"))
      }
    }
    return names
  }()

  @Test("every metric that is counted anywhere has its help")
  func everyMetricHasHelp() {
    #expect(MetricCatalogTests.names.count > 30)
    #expect(MetricCatalogTests.names.filter { MetricCatalog.find($0) == nil }.sorted() == [])
  }

  @Test("nothing in the catalog is left over")
  func nothingIsLeftOver() {
    // Names made of two pieces are not seen in the sources.
    let made = MetricCatalog.entries.keys.filter { $0.hasSuffix("_size_bytes") }
    let unused = Set(MetricCatalog.entries.keys).subtracting(MetricCatalogTests.names)
      .subtracting(made)
    #expect(unused.sorted() == [])
  }

  @Test("help is one sentence")
  func helpIsASentence() {
    for entry in Array(MetricCatalog.entries.values) + MetricCatalog.families.map(\.entry) {
      #expect(entry.help.hasSuffix("."))
      #expect(!entry.help.contains("\n"))
    }
  }
}
