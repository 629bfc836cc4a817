internal import Telemetry

/// The groups that have something waiting, by the values of the metadata keys.
final class BatchGroups {
  private let keys: [String]
  private let limit: Int
  private let signal: Signal
  private let maximum: Int
  private var made = 0
  private var groups: [[[String]]: BatchGroup] = [:]

  init(_ config: BatchConfig, _ signal: Signal) {
    self.signal = signal
    keys = config.metadataKeys
    limit = max(1, config.metadataCardinalityLimit)
    maximum = config.sendBatchMaxSize
  }

  var count: Int { groups.count }

  /// The group that has waited longest, where a group for this origin would be one too many.
  ///
  /// - Complexity: O(1) below the limit, else O(groups)
  func groupToSendBefore(_ origin: Origin) -> BatchGroup? {
    guard groups.count >= limit, groups[key(of: origin)] == nil else { return nil }
    return groups.values.min { $0.number < $1.number }
  }

  private func key(of origin: Origin) -> [[String]] {
    keys.map { origin.values(of: $0) }
  }

  /// The group of a batch that came in like this, made where none waits.
  func group(for origin: Origin) -> BatchGroup {
    let key = key(of: origin)
    if let known = groups[key] { return known }
    let metadata = zip(keys, key)
      .filter { !$1.isEmpty }
      .map { Origin.Metadata(name: $0, values: $1) }
    made += 1
    let group = BatchGroup(
      number: made, key: key, signal: signal, origin: Origin(metadata: metadata), maximum: maximum)
    groups[key] = group
    return group
  }

  func remove(_ group: BatchGroup) {
    groups[group.key] = nil
  }

  func removeAll() -> [BatchGroup] {
    defer { groups = [:] }
    return Array(groups.values)
  }
}
