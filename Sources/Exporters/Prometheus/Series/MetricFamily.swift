internal import Prometheus

/// All series of one name.
struct MetricFamily {
  let head: FamilyHead
  /// The names of its samples, which no other family may use.
  let sampleNames: [[UInt8]]
  /// The places of its series, in the order in which they came.
  var series: [UInt32] = []

  /// The names that a family's samples have in any of the formats.
  static func sampleNames(of head: FamilyHead, openMetrics: Bool) -> [[UInt8]] {
    let name = head.name
    switch head.kind {
    case .histogram:
      return [name] + ["_bucket", "_sum", "_count"].map { name + Array($0.utf8) }
    case .summary: return [name] + ["_sum", "_count"].map { name + Array($0.utf8) }
    case .counter where openMetrics && name.suffix(6).elementsEqual("_total".utf8):
      return [name, Array(name.dropLast(6))]
    default: return [name]
    }
  }
}
