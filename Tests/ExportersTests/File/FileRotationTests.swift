import Diagnostics
import ExporterSupport
import Components
import Telemetry
import TestSupport
import Testing

@testable import Exporters

@Suite struct FileRotationTests {
  /// About 600 KiB in JSON, so that two fill a file of one MiB.
  private static let large = BatchBuilder.spans(2600)

  private func rig(
    _ directory: TemporaryDirectory = TemporaryDirectory(), maxDays: Int = 0, maxBackups: Int = 100
  ) throws -> FileRig {
    try FileRig(directory) {
      $0.rotation = .init(maxMegabytes: 1, maxDays: maxDays, maxBackups: maxBackups)
    }
  }

  @Test("a file that would grow too large is put aside under a name with the time")
  func rotatesBySize() async throws {
    let test = try rig()
    for _ in 0..<3 {
      try await test.write(FileRotationTests.large)
      test.time.advance(seconds: 1)
    }
    #expect(
      test.directory.files() == [
        "out-2026-03-01T12-00-01.250.json", "out-2026-03-01T12-00-02.250.json", "out.json",
      ])
    #expect(test.directory.lines("out.json").count == 1)
    #expect(test.recorder.deliveredCount == 3)
    await stop(test.exporter)
  }

  @Test("files put aside in the same millisecond do not replace one another")
  func keepsSameMoment() async throws {
    let test = try rig()
    for _ in 0..<4 { try await test.write(FileRotationTests.large) }
    #expect(test.directory.files().count == 4)
    await stop(test.exporter)
  }

  @Test("only max_backups files put aside are kept, the newest; other files are left alone")
  func maxBackups() async throws {
    let directory = TemporaryDirectory()
    for name in ["out-2020-01-01T00-00-00.000.json", "out-notes.json", "other.json"] {
      directory.write(name, [1])
    }
    let test = try rig(directory, maxBackups: 2)
    for _ in 0..<5 {
      try await test.write(FileRotationTests.large)
      test.time.advance(seconds: 1)
    }
    #expect(
      directory.files() == [
        "other.json", "out-2026-03-01T12-00-03.250.json", "out-2026-03-01T12-00-04.250.json",
        "out-notes.json", "out.json",
      ])
    await stop(test.exporter)
  }

  @Test("files put aside longer than max_days ago are deleted")
  func maxDays() async throws {
    let directory = TemporaryDirectory()
    directory.write("out-2026-02-21T12-00-01.000.json", [1])
    directory.write("out-2026-02-21T11-59-59.000.json", [1])
    let test = try rig(directory, maxDays: 8)
    #expect(directory.files() == ["out-2026-02-21T12-00-01.000.json", "out.json"])
    await stop(test.exporter)
  }

  @Test("a file that exists is continued when there is rotation")
  func continues() async throws {
    let directory = TemporaryDirectory()
    directory.write("out.json", Array("{}\n".utf8))
    let test = try rig(directory)
    try await test.write(BatchBuilder.spans(1))
    #expect(directory.lines("out.json").count == 2)
    await stop(test.exporter)
  }

  @Test("a stamp reads back as the moment it was made of", arguments: [false, true])
  func stamps(isLocal: Bool) {
    let time = WallTime(milliseconds: 1_772_366_400_007)
    let stamp = time.backupStamp(isLocal: isLocal)
    #expect(WallTime(backupStamp: stamp[...], isLocal: isLocal) == time)
    for text in [
      "", "2026", "2026-03-01T12-00-00.00", "2026-03-01T12-00-00.0000", "x" + stamp.dropFirst(),
    ] {
      #expect(WallTime(backupStamp: text[...], isLocal: isLocal) == nil)
    }
  }
}
