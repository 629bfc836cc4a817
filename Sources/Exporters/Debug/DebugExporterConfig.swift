public import Configuration
public import ExporterSupport

/// The options of the debug exporter.
public struct DebugExporterConfig: ConfigDecodable, Equatable {
  /// How much is written of each batch.
  public enum Verbosity: String, Sendable, CaseIterable {
    /// One line a batch with its counts.
    case basic
    /// One line an item.
    case normal
    /// Every field of every item.
    case detailed
  }

  /// How much is written of each batch.
  public var verbosity: Verbosity
  /// The number of batches of each signal written in every second.
  public var samplingInitial: Int
  /// Behind those, every how many batches one is written; 0 for none.
  public var samplingThereafter: Int
  /// Whether counts go through the collector's own log and text to standard error, not to
  /// `outputPaths`.
  public var usesInternalLogger: Bool
  /// Where text goes without the log: `stdout`, `stderr` or files, which are appended to.
  public var outputPaths: [String]
  /// What is held while the output cannot keep up.
  public var queue: SendingQueueConfig

  /// One batch is written at a time; what waits for it has at most 16 MiB.
  public static let defaultQueue = SendingQueueConfig(consumerCount: 1, queueSize: 16 << 20)

  /// Options given in code.
  public init(
    verbosity: Verbosity = .basic, samplingInitial: Int = 2, samplingThereafter: Int = 1,
    usesInternalLogger: Bool = true, outputPaths: [String] = ["stdout"],
    queue: SendingQueueConfig = DebugExporterConfig.defaultQueue
  ) {
    self.verbosity = verbosity
    self.samplingInitial = samplingInitial
    self.samplingThereafter = samplingThereafter
    self.usesInternalLogger = usesInternalLogger
    self.outputPaths = outputPaths
    self.queue = queue
  }

  /// Reads the options.
  public init(from section: ConfigSection) {
    verbosity = section.choice("verbosity", default: .basic, ignoringCase: true)
    samplingInitial = section.int("sampling_initial", default: 2)
    samplingThereafter = section.int("sampling_thereafter", default: 1)
    usesInternalLogger = section.bool("use_internal_logger", default: true)
    outputPaths = section.names("output_paths") ?? ["stdout"]
    if usesInternalLogger, outputPaths != ["stdout"] {
      section.problem("output_paths", "needs use_internal_logger: false")
    }
    if outputPaths.isEmpty || outputPaths.contains("") {
      section.problem("output_paths", "name at least one of stdout, stderr or a file's path")
    }
    queue =
      section.section("sending_queue").map(SendingQueueConfig.init)
      ?? DebugExporterConfig.defaultQueue
    section.finish()
  }
}
