public import Configuration

/// The options of `sending_queue`: what an exporter holds while it cannot send.
public struct SendingQueueConfig: ConfigDecodable, Equatable {
  /// 64 MiB: as much as one message may have by the OTLP specification's recommendation.
  public static let defaultByteCount = 64 << 20
  /// The reference's size of a queue that is measured in requests or items.
  public static let defaultCount = 1000

  /// Whether there is a queue; without one every batch is sent as it comes.
  public var isEnabled: Bool
  /// The number of batches that are sent, or wait to be sent again, at a time.
  public var consumerCount: Int
  /// The capacity in units of `sizer`, including what is being sent.
  public var queueSize: Int
  /// The unit of `queueSize`.
  public var sizer: QueueSizer
  /// Accepted for its users' sake: a delivery always settles with the outcome of sending.
  public var waitsForResult: Bool
  /// Whether a full queue takes batches all the same, bounded by the receivers' memory budget.
  public var blocksOnOverflow: Bool
  /// How batches are merged; nil where they are not.
  public var batch: QueueBatchConfig?

  /// Options given in code.
  public init(
    isEnabled: Bool = true, consumerCount: Int = 10,
    queueSize: Int = SendingQueueConfig.defaultByteCount, sizer: QueueSizer = .bytes,
    waitsForResult: Bool = false, blocksOnOverflow: Bool = false, batch: QueueBatchConfig? = nil
  ) {
    self.isEnabled = isEnabled
    self.consumerCount = consumerCount
    self.queueSize = queueSize
    self.sizer = sizer
    self.waitsForResult = waitsForResult
    self.blocksOnOverflow = blocksOnOverflow
    self.batch = batch
  }

  /// Reads the options.
  ///
  /// A size without a unit is in requests, as in configurations written for other collectors;
  /// without a size the unit is bytes.
  public init(from section: ConfigSection) {
    isEnabled = section.bool("enabled", default: true)
    consumerCount = section.int("num_consumers", default: 10, in: 1...10_000)
    let hasSize = section.contains("queue_size")
    sizer = section.choice("sizer", default: hasSize ? .requests : .bytes)
    let fallback =
      sizer == .bytes ? SendingQueueConfig.defaultByteCount : SendingQueueConfig.defaultCount
    queueSize = section.int("queue_size", default: fallback, in: 1...Int.max)
    waitsForResult = section.bool("wait_for_result", default: false)
    blocksOnOverflow = section.bool("block_on_overflow", default: false)
    if section.string("storage") != nil {
      section.problem(
        "storage", "a queue on disk is not in this build; remove the key to queue in memory")
    }
    batch = section.section("batch").map(QueueBatchConfig.init)
    section.finish()
  }
}
