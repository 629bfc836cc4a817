public import Configuration

/// The options of `retry_on_failure`: when a batch that was refused for now is sent again.
public struct RetryConfig: ConfigDecodable, Equatable {
  /// Whether batches are sent again at all.
  public var isEnabled: Bool
  /// The wait behind the first failure, before it is randomised.
  public var initialInterval: Duration
  /// The longest wait, before it is randomised.
  public var maxInterval: Duration
  /// How long after its first attempt a batch may be sent again; zero for ever.
  public var maxElapsedTime: Duration
  /// By how much each wait is longer than the one before.
  public var multiplier: Double
  /// How far a wait may be from its value, as a part of it: 0.5 is from half to one and a half.
  public var randomizationFactor: Double

  /// Options given in code.
  public init(
    isEnabled: Bool = true, initialInterval: Duration = .seconds(5),
    maxInterval: Duration = .seconds(30), maxElapsedTime: Duration = .seconds(300),
    multiplier: Double = 1.5, randomizationFactor: Double = 0.5
  ) {
    self.isEnabled = isEnabled
    self.initialInterval = initialInterval
    self.maxInterval = maxInterval
    self.maxElapsedTime = maxElapsedTime
    self.multiplier = multiplier
    self.randomizationFactor = randomizationFactor
  }

  /// Reads the options.
  public init(from section: ConfigSection) {
    isEnabled = section.bool("enabled", default: true)
    initialInterval = section.duration("initial_interval", default: .seconds(5))
    maxInterval = section.duration("max_interval", default: .seconds(30))
    maxElapsedTime = section.duration("max_elapsed_time", default: .seconds(300))
    multiplier = section.double("multiplier", default: 1.5, in: 1...1000)
    randomizationFactor = section.double("randomization_factor", default: 0.5, in: 0...1)
    if maxElapsedTime > .zero, maxElapsedTime < initialInterval {
      section.problem(
        "max_elapsed_time", "must be 0 or at least initial_interval, else nothing is sent again")
    }
    section.finish()
  }
}
