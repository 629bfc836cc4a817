internal import Diagnostics
public import Components
internal import ExporterSupport
internal import Queues
internal import Telemetry

/// An exporter that writes export requests to files, as JSON lines or length-prefixed protobuf.
///
/// Encoding and writing happen on a queue of its own. A batch is delivered when `write` has taken
/// all its bytes; a disk that is full or fails is tried again until it works, and nothing written
/// half stays in the file. At most 64 MiB wait; beyond that, batches are refused.
final class FileExporter: ChainExporter {
  let chain: DeliveryChain

  /// The wait grows to 10 seconds and never ends: a full disk may take an administrator's time.
  private static let delivery = DeliveryConfig(
    timeout: .zero,
    // Batches wait together for the next flush, so that their number must not bound them.
    queue: SendingQueueConfig(consumerCount: .max),
    retry: RetryConfig(
      initialInterval: .seconds(1), maxInterval: .seconds(10), maxElapsedTime: .zero))

  /// A file exporter that is opened by `start`.
  convenience init(_ config: FileExporterConfig, _ settings: ComponentSettings) {
    self.init(config, settings, time: { .now() })
  }

  /// A file exporter that names what it puts aside after `time`.
  init(
    _ config: FileExporterConfig, _ settings: ComponentSettings,
    time: @escaping @Sendable () -> WallTime
  ) {
    let shard = settings.shards.next()
    chain = DeliveryChain(
      FileExporter.delivery, settings, on: shard,
      sender: FileSender(config, settings, on: shard, time: time))
  }
}

extension ExporterFactory {
  /// Makes file exporters.
  public static let file = ExporterFactory(
    ComponentType(
      "file",
      signals: [.traces: .beta, .metrics: .beta, .logs: .beta, .profiles: .development],
      summary: "Writes export requests to files as JSON lines or length-prefixed protobuf.")
  ) { (config: FileExporterConfig, settings) throws(ComponentError) in
    FileExporter(config, settings)
  }
}
