import ExporterSupport
import Bytes
import Components
import Compression
import Dispatch
import Queues
import Telemetry
import TestSupport
import Testing

@testable import Exporters

@Suite struct FileExporterTests {
  @Test("keeps the rules of life", arguments: Signal.allCases)
  func lifeCycle(signal: Signal) async throws {
    let directory = TemporaryDirectory()
    let path = directory.path("out.json")
    try await checkLifeCycle(
      signal: signal,
      makeFailing: { rig, _ in
        FileExporter(FileExporterConfig(path: "/nowhere/at/all"), rig.settings())
      },
      of: { rig, _ in FileExporter(FileExporterConfig(path: path), rig.settings()) })
  }

  @Test("each batch is one line with an export request as OTLP/JSON")
  func jsonLines() async throws {
    let test = try FileRig()
    try await test.write(BatchBuilder.spans(1))
    try await test.write(BatchBuilder.logRecords(1))
    try await test.write(BatchBuilder.dataPoints(1))
    let lines = test.directory.lines("out.json")
    #expect(lines.count == 3)
    #expect(
      lines[0].hasPrefix(#"{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name""#))
    #expect(lines[0].contains(#""traceId":"0102030405060708090a0b0c0d0e0f10""#))
    #expect(lines[1].hasPrefix(#"{"resourceLogs":["#))
    #expect(lines[2].hasPrefix(#"{"resourceMetrics":["#))
    #expect(test.rig.metric("otelcol_exporter_sent_spans") == 1)
    await stop(test.exporter)
  }

  @Test("a merged batch of several slices is one line")
  func severalSlices() async throws {
    let test = try FileRig()
    var batch = BatchBuilder.spans(1, service: "a")
    batch.payload.append(BatchBuilder.payload(.traces, 1, service: "b"))
    try await test.write(batch)
    let lines = test.directory.lines("out.json")
    #expect(lines.count == 1)
    #expect(lines[0].contains(#""stringValue":"a""#) && lines[0].contains(#""stringValue":"b""#))
    await stop(test.exporter)
  }

  @Test("proto and compressed records follow their length in four bytes")
  func framed() async throws {
    let batches = [BatchBuilder.spans(3), BatchBuilder.spans(40)]
    for (format, compression) in [
      (FileExporterConfig.Format.proto, FileExporterConfig.Compression.none), (.proto, .zstd),
      (.json, .zstd),
    ] {
      let test = try FileRig {
        $0.format = format
        $0.compression = compression
      }
      for batch in batches { try await test.write(batch) }
      let records = frames(test.directory.bytes("out.json") ?? [])
      #expect(records.count == 2)
      for (record, batch) in zip(records, batches) {
        let message =
          compression == .zstd ? try decompressed(record) : record
        if format == .proto {
          #expect(message == batch.payload.joined().array)
        } else {
          #expect(String(decoding: message, as: UTF8.self).hasPrefix(#"{"resourceSpans":["#))
        }
      }
      await stop(test.exporter)
    }
  }

  @Test("a batch is delivered only when it is written, at the latest after flush_interval")
  func flushInterval() async throws {
    let test = try FileRig { $0.flushInterval = .seconds(1) }
    try test.exporter.consume(BatchBuilder.spans(1, delivery: test.recorder.delivery()))
    try test.exporter.consume(BatchBuilder.spans(2, delivery: test.recorder.delivery()))
    await test.rig.drain()
    #expect(test.recorder.settledCount == 0)
    #expect(test.directory.bytes("out.json") == [])
    await test.rig.advance(by: .seconds(1))
    await test.recorder.settled(atLeast: 2)
    #expect(test.directory.lines("out.json").count == 2)
    await stop(test.exporter)
  }

  @Test("a stop writes what is held back")
  func stopFlushes() async throws {
    let test = try FileRig { $0.flushInterval = .seconds(60) }
    for _ in 0..<5 {
      try test.exporter.consume(BatchBuilder.spans(1, delivery: test.recorder.delivery()))
    }
    await stop(test.exporter)
    #expect(test.recorder.deliveredCount == 5)
    #expect(test.directory.lines("out.json").count == 5)
  }

  @Test("a full disk loses nothing: batches wait, the status says why, and all are written later")
  func fullDisk() async throws {
    let directory = TemporaryDirectory()
    directory.link("out.json", to: "/dev/full")
    let test = try FileRig(directory)
    for count in 1...3 {
      try test.exporter.consume(BatchBuilder.spans(count, delivery: test.recorder.delivery()))
    }
    for _ in 0..<5 { await test.rig.drain() }
    while test.rig.host.statuses.isEmpty { await test.rig.drain() }
    #expect(test.recorder.settledCount == 0)
    guard case .recoverableError(let reason) = test.rig.host.statuses.first else {
      Issue.record("no status")
      return
    }
    #expect(reason.contains("No space left on device"))
    directory.link("out.json", to: directory.path("disk"))
    while test.recorder.settledCount < 3 { await test.rig.advance(by: .seconds(1)) }
    #expect(test.recorder.deliveredCount == 3)
    #expect(directory.lines("disk").count == 3)
    #expect(test.rig.host.statuses.last == .ok)
    await stop(test.exporter)
  }

  @Test("append continues a file, without it the file is emptied", arguments: [true, false])
  func append(appends: Bool) async throws {
    let directory = TemporaryDirectory()
    directory.write("out.json", Array("{}\n".utf8))
    let test = try FileRig(directory) { $0.appends = appends }
    try await test.write(BatchBuilder.spans(1))
    #expect(directory.lines("out.json").count == (appends ? 2 : 1))
    await stop(test.exporter)
  }

  @Test("what an interrupted writer left half written is cut off before the file is continued")
  func repairs() async throws {
    let directory = TemporaryDirectory()
    directory.write("out.json", Array("{}\n{\"resourceSp".utf8))
    directory.write("out.bin", [0, 0, 0, 2, 7, 7, 0, 0, 0, 9, 1])
    let json = try FileRig(directory) { $0.appends = true }
    try await json.write(BatchBuilder.spans(1))
    #expect(directory.lines("out.json").map { $0.hasSuffix("}") } == [true, true])
    let binary = try FileRig(directory, path: "out.bin") {
      $0.appends = true
      $0.format = .proto
    }
    try await binary.write(BatchBuilder.spans(1))
    let records = frames(directory.bytes("out.bin") ?? [])
    #expect(records == [[7, 7], BatchBuilder.spans(1).payload.joined().array])
    await stop(json.exporter)
    await stop(binary.exporter)
  }

  @Test("missing directories are made where create_directory says so")
  func createsDirectory() async throws {
    let test = try FileRig(path: "a/b/out.json") { $0.createsDirectory = true }
    try await test.write(BatchBuilder.spans(1))
    #expect(test.directory.files() == ["a/b/out.json"])
    await stop(test.exporter)
  }

  @Test("bytes that are no request fail permanently and leave the file whole")
  func malformed() async throws {
    let test = try FileRig()
    try await test.write(
      TelemetryBatch(
        signal: .traces, payload: Payload(ByteSlice([0x0A, 0x7F, 0x12]), itemCount: 1),
        origin: Origin(), delivery: .unobserved))
    guard case .permanent = test.recorder.errors[0] else {
      Issue.record("\(String(describing: test.recorder.outcome(of: 0)))")
      return
    }
    try await test.write(BatchBuilder.spans(1))
    #expect(test.directory.lines("out.json").count == 1)
    await stop(test.exporter)
  }

  private func frames(_ bytes: [UInt8]) -> [[UInt8]] {
    var frames: [[UInt8]] = []
    var rest = bytes[...]
    while rest.count >= 4 {
      let count = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
      frames.append(Array(rest.dropFirst(4).prefix(count)))
      rest = rest.dropFirst(4 + count)
    }
    return frames
  }

  private func decompressed(_ bytes: [UInt8]) throws -> [UInt8] {
    var decompressor = Decompressor()
    return try decompressor.decompress(bytes.span, .zstd, limit: 1 << 20).array
  }
}
