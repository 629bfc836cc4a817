import Configuration
import ExporterSupport
import TestSupport
import Testing

/// An exporter's options: those shared by all.
private struct Options: ConfigDecodable {
  let delivery: DeliveryConfig

  init(from section: ConfigSection) {
    delivery = DeliveryConfig(from: section, defaultTimeout: .seconds(30))
    section.finish()
  }
}

@Suite struct DeliveryConfigTests {
  @Test("nothing written gives the defaults: a queue of 64 MiB in bytes, retry for five minutes")
  func defaults() {
    let (options, problems) = ([:] as ConfigTree).decode(Options.self)
    #expect(problems.isEmpty)
    #expect(options.delivery.timeout == .seconds(30))
    #expect(options.delivery.queue == SendingQueueConfig())
    #expect(options.delivery.queue.sizer == .bytes && options.delivery.queue.queueSize == 64 << 20)
    #expect(options.delivery.queue.isEnabled && options.delivery.queue.consumerCount == 10)
    #expect(options.delivery.queue.batch == nil)
    #expect(options.delivery.retry == RetryConfig())
    #expect(options.delivery.retry.maxElapsedTime == .seconds(300))
  }

  @Test("every key is read")
  func everyKey() {
    let tree: ConfigTree = [
      "timeout": "7s",
      "retry_on_failure": [
        "enabled": false, "initial_interval": "1s", "max_interval": "2s",
        "max_elapsed_time": "0s", "multiplier": 2, "randomization_factor": 0.25,
      ],
      "sending_queue": [
        "enabled": true, "num_consumers": 3, "queue_size": 5000, "sizer": "items",
        "wait_for_result": true, "block_on_overflow": true,
        "batch": [
          "flush_timeout": "1s", "min_size": 10, "max_size": 20, "sizer": "bytes",
          "partition": ["metadata_keys": ["X-Tenant", "region"]],
        ],
      ],
    ]
    let (options, problems) = tree.decode(Options.self)
    #expect(problems.isEmpty)
    let expected = DeliveryConfig(
      timeout: .seconds(7),
      queue: SendingQueueConfig(
        consumerCount: 3, queueSize: 5000, sizer: .items, waitsForResult: true,
        blocksOnOverflow: true,
        batch: QueueBatchConfig(
          flushTimeout: .seconds(1), minSize: 10, maxSize: 20, sizer: .bytes,
          metadataKeys: ["x-tenant", "region"])),
      retry: RetryConfig(
        isEnabled: false, initialInterval: .seconds(1), maxInterval: .seconds(2),
        maxElapsedTime: .zero, multiplier: 2, randomizationFactor: 0.25))
    #expect(options.delivery == expected)
  }

  @Test("a size without a unit is in requests; a unit without a size has that unit's default")
  func sizers() {
    let written: ConfigTree = ["queue_size": 500]
    #expect(written.decode(SendingQueueConfig.self).value.sizer == .requests)
    #expect(written.decode(SendingQueueConfig.self).value.queueSize == 500)
    let requests: ConfigTree = ["sizer": "requests"]
    #expect(requests.decode(SendingQueueConfig.self).value.queueSize == 1000)
    let bytes: ConfigTree = ["sizer": "bytes"]
    #expect(bytes.decode(SendingQueueConfig.self).value.queueSize == 64 << 20)
  }

  @Test("an empty batch section turns merging on with its defaults")
  func emptyBatch() {
    for tree: ConfigTree in [["batch": [:]], ["batch": nil]] {
      #expect(tree.decode(SendingQueueConfig.self).value.batch == QueueBatchConfig())
    }
  }

  private static let unworkable: [(String, ConfigTree, String)] = [
    ("sending_queue", ["storage": "file_storage"], "storage"),
    ("sending_queue", ["num_consumers": 0], "num_consumers"),
    ("sending_queue", ["queue_size": 0], "queue_size"),
    ("sending_queue", ["sizer": "pounds"], "sizer"),
    ("sending_queue", ["unknown": 1], "unknown"),
    ("sending_queue", ["batch": ["max_size": 10]], "max_size"),
    ("sending_queue", ["batch": ["flush_timeout": "0s"]], "flush_timeout"),
    ("sending_queue", ["batch": ["partition": ["metadata_keys": ["a", "A"]]]], "metadata_keys"),
    ("retry_on_failure", ["multiplier": 0.5], "multiplier"),
    ("retry_on_failure", ["randomization_factor": 1.5], "randomization_factor"),
    ("retry_on_failure", ["max_elapsed_time": "1s"], "max_elapsed_time"),
    ("retry_on_failure", ["initial_interval": "soon"], "initial_interval"),
  ]

  @Test("what cannot work is a problem that names the key", arguments: unworkable)
  func problems(section: String, tree: ConfigTree, key: String) {
    let whole = ConfigTree(dictionaryLiteral: (section, tree))
    let problems = whole.decode(Options.self).problems
    #expect(problems.count == 1)
    #expect(problems.first?.contains(key) == true)
  }
}
