internal import Configuration

/// The options of the `batch` processor.
struct BatchConfig: ConfigDecodable {
  /// How long items wait at most; zero hands on at once.
  var timeout: Duration
  /// The number of items at which a batch goes before its time; zero leaves it to the timeout.
  var sendBatchSize: Int
  /// The most items a batch may have; zero is no limit.
  var sendBatchMaxSize: Int
  /// The request metadata by whose values batches are kept apart, in lower case.
  var metadataKeys: [String]
  /// The most combinations of metadata values that may wait at a time.
  var metadataCardinalityLimit: Int

  /// Options of these values.
  init(
    timeout: Duration = .milliseconds(200), sendBatchSize: Int = 8192, sendBatchMaxSize: Int = 0,
    metadataKeys: [String] = [], metadataCardinalityLimit: Int = 1000
  ) {
    self.timeout = timeout
    self.sendBatchSize = sendBatchSize
    self.sendBatchMaxSize = sendBatchMaxSize
    self.metadataKeys = metadataKeys
    self.metadataCardinalityLimit = metadataCardinalityLimit
  }

  /// Reads the options from the processor's section.
  init(from section: ConfigSection) {
    self.init(
      timeout: section.duration("timeout", default: .milliseconds(200)),
      sendBatchSize: section.int("send_batch_size", default: 8192),
      sendBatchMaxSize: section.int("send_batch_max_size", default: 0),
      metadataKeys: (section.names("metadata_keys") ?? []).map { $0.lowercased() },
      metadataCardinalityLimit: section.int("metadata_cardinality_limit", default: 1000))
    if sendBatchMaxSize > 0, sendBatchMaxSize < sendBatchSize {
      section.problem(
        "send_batch_max_size",
        "must be 0 or at least send_batch_size, which is \(sendBatchSize)")
    }
    if Set(metadataKeys).count < metadataKeys.count {
      section.problem("metadata_keys", "names a key twice; upper and lower case are the same")
    }
    section.finish()
  }
}
