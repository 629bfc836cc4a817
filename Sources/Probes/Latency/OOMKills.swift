internal import Bytes
internal import Identity
internal import Telemetry

/// Tells of OOM kills one by one and counts them by service and container.
final class OOMKills {
  static let shape = MetricShape(
    "container.oom_kills", .counter, unit: "{process}",
    "The processes that the kernel killed for want of memory.")

  /// The most services and containers that are counted apart; later ones are counted without a resource.
  static let resourceLimit = 256

  private let processes: ProcessTable
  private var counts: [(resource: AttributeBytes, count: Int64)] = []

  /// Processes are named as the table knows them.
  init(_ processes: ProcessTable) {
    self.processes = processes
  }

  /// Writes one kill as a log record and counts it.
  func take(_ record: OOMKillRecord, _ head: ProbeHead, _ output: inout ProbeOutput) {
    let entry = head.isPartial ? processes.look(up: head.pid) : victim(record, head)
    let resource = entry.map { processes.resource(of: $0).attributes } ?? .none
    count(resource)
    output.logs.select(resource: resource.bytes.span, scope: "swiftlet/ebpf/latency")
    output.logs.open(
      event: "process.oom_kill", time: processes.boot.unixNanoseconds(sinceBoot: head.time),
      observed: output.observed, severity: .error)
    if let entry {
      output.logs.attributes(processes.attributes(of: entry).bytes.span)
      if let group = processes.cgroup(of: entry) {
        output.logs.attribute("process.linux.cgroup", group.path.utf8Span.span)
      }
    } else {
      output.logs.attribute("process.pid", Int64(head.pid))
    }
    if !head.isPartial { OOMKills.addMemory(record, &output) }
    output.logs.attribute("process.oom_kill.cause.pid", Int64(record.causePID))
    output.logs.close()
  }

  /// Writes the counts.
  func writeMetrics(to metrics: inout MetricsWriter) {
    for (resource, count) in counts {
      metrics.select(resource: resource.bytes.span, scope: "swiftlet/ebpf/latency")
      metrics.open(OOMKills.shape)
      metrics.point(count)
      metrics.close()
    }
  }

  /// The process as /proc tells it while it still can, else as the record does.
  private func victim(_ record: OOMKillRecord, _ head: ProbeHead) -> ProcessEntry {
    let key = ProcessKey(pid: head.pid, startNanoseconds: head.start)
    if let known = processes.look(up: key) { return known }
    var image = ProcessImage()
    image.command = ByteSlice(record.command)
    image.user = head.user
    image.cgroupID = head.controlGroup
    image.execSequence = head.execSequence
    return processes.note(key, image)
  }

  private func count(_ resource: AttributeBytes) {
    let bytes = resource.bytes
    for index in counts.indices {
      let known = counts[index].resource.bytes
      guard known.span.isEqual(to: bytes.span) else { continue }
      counts[index].count += 1
      return
    }
    if counts.count >= OOMKills.resourceLimit, !bytes.isEmpty { return count(.none) }
    counts.append((resource, 1))
  }

  private static func addMemory(_ record: OOMKillRecord, _ output: inout ProbeOutput) {
    output.logs.attribute("process.oom_score_adj", Int64(record.scoreAdjust))
    output.logs.attribute("process.memory.virtual", Int64(clamping: record.totalMemory))
    output.logs.attribute("process.memory.anonymous", Int64(clamping: record.anonymousMemory))
    output.logs.attribute("process.memory.file", Int64(clamping: record.fileMemory))
    output.logs.attribute("process.memory.shared", Int64(clamping: record.sharedMemory))
    output.logs.attribute("process.memory.page_tables", Int64(clamping: record.pageTables))
  }
}
