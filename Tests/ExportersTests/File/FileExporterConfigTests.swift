import ExporterSupport
import Components
@testable import Exporters
import TestSupport
import Testing

@Suite struct FileExporterConfigTests {
  @Test("a path alone gives the defaults")
  func defaults() {
    let (config, problems) = (["path": "/tmp/x.json"] as ConfigTree)
      .decode(FileExporterConfig.self)
    #expect(problems.isEmpty)
    #expect(config == FileExporterConfig(path: "/tmp/x.json"))
    #expect(config.flushInterval == .seconds(1) && config.rotation == nil)
  }

  @Test("every key is read")
  func everyKey() {
    let tree: ConfigTree = [
      "path": "/data/*/x.bin", "append": true, "format": "proto", "compression": "zstd",
      "flush_interval": "3s", "create_directory": true,
      "rotation": ["max_megabytes": 5, "max_days": 3, "max_backups": 7, "localtime": true],
      "group_by": ["enabled": true, "resource_attribute": "tenant", "max_open_files": 9],
    ]
    let (config, problems) = tree.decode(FileExporterConfig.self)
    #expect(problems.isEmpty)
    #expect(
      config
        == FileExporterConfig(
          path: "/data/*/x.bin", appends: true, format: .proto, compression: .zstd,
          flushInterval: .seconds(3),
          rotation: .init(maxMegabytes: 5, maxDays: 3, maxBackups: 7, usesLocalTime: true),
          grouping: .init(attribute: "tenant", maxOpenFiles: 9), createsDirectory: true))
  }

  @Test("an empty rotation section turns rotation on; group_by needs enabled")
  func sections() {
    let tree: ConfigTree = ["path": "x", "rotation": nil, "group_by": ["enabled": false]]
    let (config, problems) = tree.decode(FileExporterConfig.self)
    #expect(problems.isEmpty)
    #expect(config.rotation == .init())
    #expect(config.grouping == nil)
  }

  private static let unworkable: [(ConfigTree, String)] = [
    ([:], "path"), (["path": ""], "path"), (["path": "a/"], "path"),
    (["path": "a\u{0}b"], "path"), (["path": "x", "format": "xml"], "format"),
    (["path": "x", "compression": "gzip"], "compression"),
    (["path": "x", "rotation": ["max_megabytes": 0]], "max_megabytes"),
    (["path": "x", "rotation": ["max_size": 1]], "max_size"),
    (["path": "x", "group_by": ["enabled": true]], "path"),
    (["path": "a/*/*", "group_by": ["enabled": true]], "path"),
    (["path": "*/x", "group_by": ["enabled": true]], "path"),
    (["path": "a/*", "group_by": ["enabled": true, "max_open_files": 0]], "max_open_files"),
    (
      ["path": "a/*", "group_by": ["enabled": true, "resource_attribute": ""]],
      "resource_attribute"
    ),
  ]

  @Test("what cannot work is a problem that names the key", arguments: unworkable)
  func problems(tree: ConfigTree, key: String) {
    let problems = tree.decode(FileExporterConfig.self).problems
    #expect(problems.count == 1)
    #expect(problems.first?.contains(key) == true)
  }
}
