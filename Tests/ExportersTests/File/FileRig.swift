import ExporterSupport
import Components
import Queues
import Telemetry
import TestSupport

@testable import Exporters

/// A started file exporter in a directory of its own.
final class FileRig: Sendable {
  let rig: TestRig
  let directory: TemporaryDirectory
  let recorder = DeliveryRecorder()
  let exporter: FileExporter
  let time = TimeSource()

  init(
    _ directory: TemporaryDirectory = TemporaryDirectory(), path: String = "out.json",
    _ change: (inout FileExporterConfig) -> Void = { _ in }
  ) throws {
    rig = try TestRig()
    self.directory = directory
    var config = FileExporterConfig(path: directory.path(path), flushInterval: .zero)
    change(&config)
    let time = self.time
    exporter = FileExporter(config, rig.settings(), time: { time.now })
    try exporter.start(rig.host)
  }

  /// Hands a batch over and waits until it is settled.
  func write(_ batch: TelemetryBatch) async throws {
    var batch = batch
    batch.delivery = recorder.delivery()
    let count = recorder.madeCount
    try exporter.consume(batch)
    await recorder.settled(atLeast: count)
  }
}
