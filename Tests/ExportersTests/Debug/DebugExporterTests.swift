import Bytes
import Components
import Dispatch
import Diagnostics
import ExporterSupport
@testable import Exporters
import Queues
import Telemetry
import TestSupport
import Testing

@Suite struct DebugExporterTests {
  @Test("keeps the rules of life", arguments: Signal.allCases)
  func lifeCycle(signal: Signal) async throws {
    let unopenable = DebugExporterConfig(
      usesInternalLogger: false, outputPaths: ["/dev/null", "/nowhere/at/all"])
    try await checkLifeCycle(
      signal: signal,
      makeFailing: { rig, _ in DebugExporter(unopenable, rig.settings()) },
      of: { rig, _ in DebugExporter(DebugExporterConfig(), rig.settings()) })
  }

  @Test("basic writes one line a batch with its counts")
  func basic() async throws {
    let rig = try TestRig()
    let exporter = DebugExporter(DebugExporterConfig(), rig.settings())
    try exporter.start(rig.host)
    let recorder = DeliveryRecorder()
    for signal in Signal.allCases {
      try exporter.consume(BatchBuilder.batch(signal, 3, delivery: recorder.delivery()))
    }
    await recorder.settled(atLeast: 4)
    #expect(recorder.deliveredCount == 4)
    let lines = rig.sink.entries.map {
      "\($0.message) \($0.fields.map { "\($0.key)=\($0.value)" })"
    }
    #expect(
      lines == [
        #"Traces ["resource spans=int(1)", "spans=int(3)"]"#,
        #"Metrics ["resource metrics=int(1)", "metrics=int(3)", "data points=int(3)"]"#,
        #"Logs ["resource logs=int(1)", "log records=int(3)"]"#,
        #"Profiles ["resource profiles=int(1)", "sample records=int(3)"]"#,
      ])
    #expect(rig.metric("otelcol_exporter_sent_spans") == 3)
    await stop(exporter)
  }

  @Test(
    "sampling writes the first batches of a second, then every n-th",
    arguments: [(2, 1, 10), (2, 0, 2), (3, 4, 4), (0, 0, 0), (0, 5, 2)])
  func sampling(initial: Int, thereafter: Int, written: Int) async throws {
    let rig = try TestRig()
    let exporter = DebugExporter(
      DebugExporterConfig(samplingInitial: initial, samplingThereafter: thereafter),
      rig.settings())
    try exporter.start(rig.host)
    for second in 1...2 {
      let recorder = DeliveryRecorder()
      for _ in 0..<10 {
        try exporter.consume(BatchBuilder.spans(1, delivery: recorder.delivery()))
      }
      await recorder.settled(atLeast: 10)
      #expect(rig.sink.entries.count == second * written)
      await rig.advance(by: .seconds(1))
    }
    await stop(exporter)
  }

  @Test("without the log, counts and text go to the files named")
  func outputPaths() async throws {
    let rig = try TestRig()
    let directory = TemporaryDirectory()
    let config = DebugExporterConfig(
      verbosity: .normal, usesInternalLogger: false,
      outputPaths: [directory.path("a"), directory.path("b")])
    let exporter = DebugExporter(config, rig.settings())
    try exporter.start(rig.host)
    try exporter.consume(BatchBuilder.logRecords(1))
    await stop(exporter)
    for name in ["a", "b"] {
      #expect(
        directory.lines(name) == [
          "Logs\t{\"resource logs\": 1, \"log records\": 1}",
          "ResourceLog #0 service.name=shop", "ScopeLog #0 builder@1.0",
          "record 0 code.function.name=main",
        ])
    }
    #expect(rig.sink.entries.isEmpty)
  }

  @Test("refuses when the output cannot keep up")
  func refuses() async throws {
    let rig = try TestRig()
    let config = DebugExporterConfig(
      queue: SendingQueueConfig(consumerCount: 1, queueSize: 2, sizer: .requests))
    let exporter = DebugExporter(config, rig.settings())
    try exporter.start(rig.host)
    // The shard is held, so that nothing leaves the queue meanwhile.
    rig.shards.all[0].queue.sync {
      for _ in 0..<2 { try? exporter.consume(BatchBuilder.spans(1)) }
      #expect(exporter.refusal == .queueFull)
    }
    await stop(exporter)
  }

  @Test("bytes that are no request fail permanently")
  func malformed() async throws {
    let rig = try TestRig()
    let exporter = DebugExporter(DebugExporterConfig(), rig.settings())
    try exporter.start(rig.host)
    let recorder = DeliveryRecorder()
    try exporter.consume(
      TelemetryBatch(
        signal: .metrics, payload: Payload(ByteSlice([0x0A, 0x05, 0x12]), itemCount: 1),
        origin: Origin(), delivery: recorder.delivery()))
    await recorder.settled(atLeast: 1)
    guard case .permanent = recorder.errors[0] else {
      Issue.record("\(String(describing: recorder.errors[0]))")
      return
    }
    await stop(exporter)
  }
}
