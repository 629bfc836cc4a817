internal import Procfs
internal import Synchronization

/// File descriptors of this process that a capability's programs, links and maps take; letting it go gives them back.
///
/// Told beforehand and by the limit alone, so that trying what would run comes to the same as running it.
final class DescriptorShare: Sendable {
  /// What all receivers of the process have taken.
  private static let taken = Mutex(0)

  private let count: Int

  /// A share of `count` descriptors; nil where the rest of the collector would get short of them.
  init?(_ count: Int, of limit: DescriptorLimit) {
    let isThere = DescriptorShare.taken.withLock { taken in
      guard taken + count <= DescriptorShare.most(of: limit) else { return false }
      taken += count
      return true
    }
    guard isThere else { return nil }
    self.count = count
  }

  deinit {
    DescriptorShare.taken.withLock { $0 -= count }
  }

  /// The most that all receivers may take together.
  ///
  /// A quarter is for connections, but at least 32: the collector has 20 open before anybody connects.
  static func most(of limit: DescriptorLimit) -> Int {
    limit.soft - max(32, limit.soft / 4)
  }
}

extension DescriptorLimit {
  /// That the limit is too low.
  var obstacle: Obstacle {
    Obstacle(
      "too few file descriptors: the limit is \(soft) (hard limit \(hard))",
      remedy:
        "raise the limit, such as by LimitNOFILE=1024 in the service's unit or by ulimit -n 1024 before the start"
    )
  }
}
