internal import Diagnostics

/// Which own metrics tell what has come since the last export instead of since the start.
enum OwnTemporality: String, Sendable, CaseIterable {
  /// All since the start.
  case cumulative
  /// Counters and histograms since the last export.
  case delta
  /// As delta, but for sums that are only asked for: they keep no state.
  case lowMemory = "low_memory"

  /// Whether series like this one tell what has come since the last export.
  func isDelta(_ sample: MetricsRegistry.Sample) -> Bool {
    switch sample.reading {
    case .gauge, .level: false
    case .counter, .histogram: self != .cumulative
    case .sum: self == .delta
    }
  }
}

/// What the backend has been told, so that the next export tells the rest.
struct OwnDifferences {
  private let temporality: OwnTemporality
  private var told: [MetricsRegistry.Key: MetricsRegistry.Reading] = [:]
  private var pending: [MetricsRegistry.Key: MetricsRegistry.Reading] = [:]
  private var pendingTime: WallTime
  /// When the last export that arrived was made.
  private(set) var start: WallTime

  /// Differences that begin now, at `start`.
  init(_ temporality: OwnTemporality, start: WallTime) {
    self.temporality = temporality
    self.start = start
    pendingTime = start
  }

  /// The samples with what has been told taken off.
  mutating func take(
    _ samples: [MetricsRegistry.Sample], at time: WallTime
  ) -> [MetricsRegistry.Sample] {
    guard temporality != .cumulative else { return samples }
    pending = [:]
    pendingTime = time
    return samples.map { sample in
      guard temporality.isDelta(sample) else { return sample }
      pending[sample.key] = sample.reading
      guard let before = told[sample.key] else { return sample }
      return MetricsRegistry.Sample(
        key: sample.key, reading: OwnDifferences.subtract(before, from: sample.reading))
    }
  }

  /// The backend has what was taken last.
  mutating func confirm() {
    told = pending
    start = pendingTime
  }

  private static func subtract(
    _ before: MetricsRegistry.Reading, from now: MetricsRegistry.Reading
  ) -> MetricsRegistry.Reading {
    switch (before, now) {
    case (.counter(let before), .counter(let now)): .counter(now - before)
    case (.sum(let before), .sum(let now)): .sum(max(0, now - before))
    case (.histogram(let before), .histogram(let now)) where before.bounds == now.bounds:
      .histogram(
        Histogram.Reading(
          bounds: now.bounds, counts: zip(now.counts, before.counts).map { $0 - $1 },
          sum: now.sum - before.sum))
    default: now
    }
  }
}
