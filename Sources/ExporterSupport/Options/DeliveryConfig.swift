public import Configuration

/// The options that all exporters share: `timeout`, `sending_queue` and `retry_on_failure`.
public struct DeliveryConfig: Sendable, Equatable {
  /// How long one attempt may take; zero for as long as it likes.
  public var timeout: Duration
  /// What is held while it cannot be sent.
  public var queue: SendingQueueConfig
  /// When a batch is sent again.
  public var retry: RetryConfig

  /// Options given in code.
  public init(
    timeout: Duration = .seconds(5), queue: SendingQueueConfig = SendingQueueConfig(),
    retry: RetryConfig = RetryConfig()
  ) {
    self.timeout = timeout
    self.queue = queue
    self.retry = retry
  }

  /// Reads the three keys from an exporter's section, which the exporter finishes.
  public init(
    from section: ConfigSection, defaultTimeout: Duration = .seconds(5),
    defaultQueue: SendingQueueConfig = SendingQueueConfig()
  ) {
    timeout = section.duration("timeout", default: defaultTimeout)
    queue = section.section("sending_queue").map(SendingQueueConfig.init) ?? defaultQueue
    retry = section.section("retry_on_failure").map(RetryConfig.init) ?? RetryConfig()
  }
}
