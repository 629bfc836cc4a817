import ExporterSupport
import Bytes
import Components
import Telemetry
import TestSupport
import Testing

@testable import Exporters

@Suite struct FileGroupingTests {
  private func rig(
    _ directory: TemporaryDirectory = TemporaryDirectory(), path: String = "data/*.json",
    maxOpenFiles: Int = 100
  ) throws -> FileRig {
    try FileRig(directory, path: path) {
      $0.grouping = .init(attribute: "tenant", maxOpenFiles: maxOpenFiles)
    }
  }

  private func batch(_ tenants: [String?], signal: Signal = .traces) -> TelemetryBatch {
    var payload = Payload.empty
    for tenant in tenants {
      payload.append(
        BatchBuilder.payload(signal, 1, attributes: tenant.map { [("tenant", $0)] } ?? []))
    }
    return TelemetryBatch(
      signal: signal, payload: Payload(payload.joined(), itemCount: payload.itemCount),
      origin: Origin(), delivery: .unobserved)
  }

  @Test("each resource goes to the file of its attribute, those without it to MISSING")
  func groups() async throws {
    let test = try rig()
    try await test.write(batch(["a", "b", "a", nil, "c/d"]))
    #expect(
      test.directory.files() == [
        "data/MISSING.json", "data/a.json", "data/b.json", "data/c/d.json",
      ])
    #expect(test.directory.lines("data/a.json").count == 1)
    #expect(
      test.directory.lines("data/a.json")[0].components(of: #""traceId""#) == 2)
    await stop(test.exporter)
  }

  @Test(
    "hostile values lead nowhere but below the path before the star",
    arguments: [
      ("../../etc/passwd", "etc/passwd"), ("/etc/passwd", "etc/passwd"), ("..", "MISSING"),
      (".", "MISSING"), ("", "MISSING"), ("///", "MISSING"), ("a/../../b", "a/b"),
      ("a\u{0}b", "a_b"), ("a\nb\u{1B}[2J", "a_b_[2J"), ("./a/.", "a"), ("*", "_"),
      ("..\\..\\x", ".._.._x"), ("/\u{301}../x", "\u{301}../x"), ("a/ .. /b", "a/ .. /b"),
      ("\u{85}x", "_x"),
    ])
  func hostileValues(value: String, segment: String) {
    #expect(PathSegment(value).text == segment)
  }

  @Test("a segment's parts and depth are bounded, and cut between characters")
  func boundsSegments() {
    #expect(PathSegment(String(repeating: "x", count: 10_000)).text.utf8.count == 160)
    #expect(PathSegment(String(repeating: "\u{1F426}", count: 100)).text.utf8.count == 160)
    let deep = PathSegment(String(repeating: "a/", count: 1000)).text
    #expect(deep.split(separator: "/").count == 8)
  }

  @Test("no hostile value makes a file outside the directory or stops the others")
  func staysInside() async throws {
    let test = try rig()
    let values = [
      "../outside", "/tmp/swiftlet-outside", "a", "a.json/b", "..", "\u{0}", "x/../../../y",
      String(repeating: "z/", count: 500),
    ]
    for value in values { try await test.write(batch([value])) }
    #expect(test.recorder.deliveredCount == values.count)
    #expect(test.directory.files().allSatisfy { $0.hasPrefix("data/") })
    await stop(test.exporter)
  }

  @Test("a value whose place is a directory or below a file goes to MISSING")
  func impossiblePlaces() async throws {
    let test = try rig(path: "data/*")
    for value in ["a", "a/b", "c/d", "c"] { try await test.write(batch([value])) }
    #expect(test.recorder.deliveredCount == 4)
    #expect(test.directory.files() == ["data/MISSING", "data/a", "data/c/d"])
    #expect(test.directory.lines("data/MISSING").count == 2)
    await stop(test.exporter)
  }

  @Test("a link that someone placed is not followed")
  func refusesLinks() async throws {
    let directory = TemporaryDirectory()
    let test = try rig(directory)
    directory.write("target", [])
    directory.link("data/a.json", to: directory.path("target"))
    try await test.write(batch(["a"]))
    #expect(directory.bytes("target") == [])
    #expect(directory.lines("data/MISSING.json").count == 1)
    await stop(test.exporter)
  }

  @Test("no more than max_open_files are open, and closed files are continued")
  func boundsOpenFiles() async throws {
    let test = try rig(maxOpenFiles: 3)
    for round in 1...2 {
      for index in 0..<20 { try await test.write(batch(["t\(index)"])) }
      try await test.write(batch((0..<20).map { "t\($0)" }))
      #expect(test.directory.files().count == 20)
      for index in 0..<20 {
        #expect(test.directory.lines("data/t\(index).json").count == 2 * round)
      }
    }
    #expect(test.recorder.deliveredCount == 42)
    await stop(test.exporter)
  }

  @Test("every group of profiles has the request's dictionary")
  func sharesDictionary() throws {
    var buffer = ByteBuffer()
    buffer.append(batch(["a", "b"], signal: .profiles).payload.joined())
    buffer.appendField(2) { $0.appendField(5, text: "strings") }
    let groups = try ResourceGroups(
      Payload(buffer.takeSlice(), itemCount: 2), attribute: "tenant"
    ).groups
    #expect(groups.map(\.segment.text) == ["a", "b"])
    #expect(groups.allSatisfy { $0.payload.joined().text.contains("strings") })
  }

  @Test("truncated requests are refused at every length, or keep to whole fields")
  func truncation() {
    let bytes = batch(["a", nil, "b"]).payload.joined()
    for count in 0..<bytes.count {
      let payload = Payload(bytes[0..<count], itemCount: 1)
      if let groups = try? ResourceGroups(payload, attribute: "tenant") {
        #expect(groups.groups.reduce(0) { $0 + $1.payload.byteCount } == count)
      }
    }
  }
}

extension String {
  fileprivate func components(of text: String) -> Int {
    var count = 0
    var rest = self[...]
    while let range = rest.firstRange(of: text) {
      count += 1
      rest = rest[range.upperBound...]
    }
    return count
  }
}
