public import Configuration
internal import Telemetry

/// The options of `sending_queue::batch`: how an exporter merges batches before it sends them.
public struct QueueBatchConfig: ConfigDecodable, Equatable {
  /// The unit of `minSize` and `maxSize`.
  public enum Sizer: String, Sendable, CaseIterable {
    /// Spans, data points, log records or samples.
    case items
    /// Encoded bytes.
    case bytes
  }

  /// How long the first batch of a merged one waits for others.
  public var flushTimeout: Duration
  /// The size from which a merged batch is sent without waiting.
  public var minSize: Int
  /// The size that no merged batch passes; 0 for none.
  public var maxSize: Int
  /// The unit of the sizes.
  public var sizer: Sizer
  /// The request headers, in lower case, in which batches must agree to be merged.
  public var metadataKeys: [String]

  /// Options given in code.
  public init(
    flushTimeout: Duration = .milliseconds(200), minSize: Int = 8192, maxSize: Int = 0,
    sizer: Sizer = .items, metadataKeys: [String] = []
  ) {
    self.flushTimeout = flushTimeout
    self.minSize = minSize
    self.maxSize = maxSize
    self.sizer = sizer
    self.metadataKeys = metadataKeys
  }

  /// Reads the options.
  public init(from section: ConfigSection) {
    flushTimeout = section.duration("flush_timeout", default: .milliseconds(200))
    if flushTimeout <= .zero { section.problem("flush_timeout", "must be longer than 0") }
    minSize = section.int("min_size", default: 8192)
    maxSize = section.int("max_size", default: 0)
    sizer = section.choice("sizer", default: .items)
    if maxSize > 0, maxSize < minSize {
      section.problem("max_size", "must be 0 or at least min_size, which is \(minSize)")
    }
    metadataKeys = []
    if let partition = section.section("partition") {
      metadataKeys = (partition.names("metadata_keys") ?? []).map { $0.lowercased() }
      if Set(metadataKeys).count < metadataKeys.count {
        partition.problem("metadata_keys", "names a key twice; names are compared without case")
      }
      partition.finish()
    }
    section.finish()
  }

  func size(of payload: Payload) -> Int {
    switch sizer {
    case .items: payload.itemCount
    case .bytes: payload.byteCount
    }
  }
}
