internal import CProbeEvents
internal import EBPF
internal import Identity
internal import Telemetry

/// How long threads waited for a processor, on the whole and by control group.
struct RunQueueTable {
  static let shape = MetricShape(
    "system.cpu.runqueue.latency", .exponentialHistogram, unit: "s",
    "The time that runnable threads waited for a processor.")

  static let cgroupShape = MetricShape(
    "container.cpu.runqueue.latency", .exponentialHistogram, unit: "s",
    "The time that runnable threads of a control group waited for a processor.")

  /// After so many rounds without a wait a group's room is given to another one.
  static let idleRounds = 40

  private struct Group {
    var count: UInt64 = 0
    var idleRounds = 0
  }

  private var groups: [UInt64: Group] = [:]

  /// Writes the waits of all threads.
  func write(_ map: BPFMap, to metrics: inout MetricsWriter) {
    let histogram = map.withValue(of: UInt32(0)) { values in
      LatencyHistogram(values, count: map.valuesPerEntry, stride: map.valueStride)
    }
    guard let histogram, histogram.count > 0 else { return }
    metrics.open(RunQueueTable.shape)
    histogram.write(to: &metrics)
    metrics.close()
  }

  /// Writes the waits by control group and gives up the groups that are idle.
  mutating func writeGroups(
    _ map: BPFMap, _ paths: CgroupPaths, to metrics: inout MetricsWriter
  ) throws(BPFError) {
    var found: [(id: UInt64, histogram: LatencyHistogram)] = []
    try map.forEach { key, values in
      guard let id = key.load(UInt64.self) else { return }
      found.append(
        (id, LatencyHistogram(values, count: map.valuesPerEntry, stride: map.valueStride)))
    }
    metrics.open(RunQueueTable.cgroupShape)
    var kept: [UInt64: Group] = [:]
    for (id, histogram) in found {
      let group = next(id, histogram.count)
      if group.idleRounds > RunQueueTable.idleRounds {
        map.remove(id)
        continue
      }
      kept[id] = group
      RunQueueTable.attribute(id, paths.find(id), &metrics)
      histogram.write(to: &metrics)
    }
    groups = kept
    metrics.close()
  }

  private func next(_ id: UInt64, _ count: UInt64) -> Group {
    var group = groups[id] ?? Group()
    group.idleRounds = group.count == count ? group.idleRounds + 1 : 0
    group.count = count
    return group
  }

  private static func attribute(_ id: UInt64, _ group: Cgroup?, _ metrics: inout MetricsWriter) {
    if let container = group?.containerID {
      metrics.attribute("container.id", container.utf8Span.span)
    }
    let path = group?.path ?? "#\(id)"
    metrics.attribute("process.linux.cgroup", path.utf8Span.span)
  }
}
