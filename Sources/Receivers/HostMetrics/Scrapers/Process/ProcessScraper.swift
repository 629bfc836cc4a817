internal import Bytes
internal import Glibc
internal import Procfs
internal import Queues
internal import Telemetry

/// Each process as a resource with its metrics, from /proc/PID.
final class ProcessScraper {
  private static let pageByteCount = UInt64(max(1, sysconf(Int32(_SC_PAGESIZE))))

  let name: StaticString = "process"
  let scope: StaticString = "swiftlet/host_metrics/process"
  private let switches: MetricSwitches
  private let options: ProcessOptions
  private var identityReader: ProcessIdentityReader
  private var processes: [Int] = []
  private var known: [Int: ProcessIdentity] = [:]
  private var scrapeNumber = 0
  private var totalMemory: UInt64 = 0
  private var failures: [ProcessFailure: (count: Int, process: Int)] = [:]

  init(_ switches: MetricSwitches, _ options: ProcessOptions) {
    self.switches = switches
    self.options = options
    identityReader = ProcessIdentityReader(options)
  }

  /// Writes a resource for each process; no resource may be open.
  func scrape(_ file: inout KernelFile, _ out: inout MetricsWriter) throws(ScrapeError) {
    scrapeNumber += 1
    failures.removeAll(keepingCapacity: true)
    do {
      try file.listProcesses(into: &processes)
    } catch {
      throw ScrapeError("/proc", error, metricCount: ProcessMetrics.all.count)
    }
    if switches[ProcessMetrics.memoryUtilization] != nil, totalMemory == 0,
      (try? file.load("/proc/meminfo")) != nil
    {
      totalMemory = MemoryTable(file.text)?.total ?? 0
    }
    for process in processes { scrape(process, &file, &out) }
    if known.count > processes.count {
      known = known.filter { $0.value.lastScrape == scrapeNumber }
    }
    try throwFailures()
  }

  private func throwFailures() throws(ScrapeError) {
    let parts = failures.sorted { $0.key.rawValue < $1.key.rawValue }.map { failure, seen in
      "the \(failure.rawValue) of \(seen.count) processes, such as \(seen.process)"
    }
    if parts.isEmpty { return }
    throw ScrapeError(
      "cannot read \(parts.joined(separator: ", "))",
      metricCount: failures.values.reduce(0) { $0 + $1.count })
  }

  private func scrape(_ process: Int, _ file: inout KernelFile, _ out: inout MetricsWriter) {
    // A process may end between the listing and the reading.
    guard (try? file.read(process: process, "stat")) != nil, let stat = ProcessStat(file.text)
    else { return }
    let started = out.startTime &+ ProcessScraper.nanoseconds(stat.startTime)
    if out.time < started &+ UInt64(options.delay.nanoseconds), options.delay > .zero { return }
    let identity = identity(process, stat, &file)
    identity.lastScrape = scrapeNumber
    guard identity.isWanted else { return }
    let boot = out.startTime
    out.startTime = started
    defer { out.startTime = boot }
    let resource = identity.resource
    out.select(resource: resource.span, scope: scope)
    writeTimes(stat, identity, &out)
    write(stat, &out)
    writeIO(process, &file, &out)
    writeStatus(process, &file, &out)
    writeDescriptors(process, &file, &out)
  }

  private func identity(
    _ process: Int, _ stat: ProcessStat, _ file: inout KernelFile
  ) -> ProcessIdentity {
    if let identity = known[process], identity.startTime == stat.startTime {
      let command = identity.command
      if command.span.isEqual(to: file.text.extracting(stat.name)) { return identity }
    }
    let identity = identityReader.read(process, stat, &file)
    for failure in identityReader.failures { fail(failure, process) }
    known[process] = identity
    return identity
  }

  private func fail(_ failure: ProcessFailure, _ process: Int) {
    if options.muted.contains(failure) { return }
    failures[failure] = ((failures[failure]?.count ?? 0) + 1, process)
  }

  private static func nanoseconds(_ ticks: UInt64) -> UInt64 {
    UInt64(max(0, min(Double(ticks) / CPUScraper.ticksPerSecond * 1e9, 9e18)))
  }

  private func writeTimes(
    _ stat: ProcessStat, _ identity: ProcessIdentity, _ out: inout MetricsWriter
  ) {
    if out.open(switches[ProcessMetrics.cpuTime]) {
      writeState("user", Double(stat.userTime) / CPUScraper.ticksPerSecond, &out)
      writeState("system", Double(stat.systemTime) / CPUScraper.ticksPerSecond, &out)
      writeState("wait", Double(stat.blockWaitTime) / CPUScraper.ticksPerSecond, &out)
      out.close()
    }
    guard let metric = switches[ProcessMetrics.cpuUtilization] else { return }
    if let last = identity.lastTimes, out.time > last.at, out.open(metric) {
      let ticks = Double(out.time - last.at) / 1e9 * CPUScraper.ticksPerSecond
      writeState("user", Double(stat.userTime - min(last.user, stat.userTime)) / ticks, &out)
      writeState(
        "system", Double(stat.systemTime - min(last.system, stat.systemTime)) / ticks, &out)
      writeState(
        "wait", Double(stat.blockWaitTime - min(last.wait, stat.blockWaitTime)) / ticks, &out)
      out.close()
    }
    identity.lastTimes = (stat.userTime, stat.systemTime, stat.blockWaitTime, out.time)
  }

  private func writeState(_ state: StaticString, _ value: Double, _ out: inout MetricsWriter) {
    out.attribute("state", state)
    out.point(value)
  }

  private func write(_ stat: ProcessStat, _ out: inout MetricsWriter) {
    let resident = stat.residentPages &* ProcessScraper.pageByteCount
    write(ProcessMetrics.memoryUsage, resident, &out)
    write(ProcessMetrics.memoryVirtual, stat.virtualByteCount, &out)
    if totalMemory > 0, out.open(switches[ProcessMetrics.memoryUtilization]) {
      out.point(Double(resident) / Double(totalMemory))
      out.close()
    }
    write(ProcessMetrics.threads, stat.threads, &out)
    if out.open(switches[ProcessMetrics.pagingFaults]) {
      out.attribute("type", "major")
      out.point(stat.majorFaults)
      out.attribute("type", "minor")
      out.point(stat.minorFaults)
      out.close()
    }
    if out.open(switches[ProcessMetrics.uptime]) {
      out.point(Double(out.time - min(out.time, out.startTime)) / 1e9)
      out.close()
    }
  }

  private func write(_ metric: MetricDefinition, _ value: UInt64, _ out: inout MetricsWriter) {
    guard out.open(switches[metric]) else { return }
    out.point(value)
    out.close()
  }

  private func writeIO(_ process: Int, _ file: inout KernelFile, _ out: inout MetricsWriter) {
    let (bytes, operations) =
      (switches[ProcessMetrics.diskIO], switches[ProcessMetrics.diskOperations])
    guard bytes != nil || operations != nil else { return }
    guard (try? file.read(process: process, "io")) != nil else { return fail(.io, process) }
    let io = ProcessIO(file.text)
    if out.open(bytes) {
      writeDirections(io.readBytes, io.writtenBytes, &out)
      out.close()
    }
    if out.open(operations) {
      writeDirections(io.reads, io.writes, &out)
      out.close()
    }
  }

  private func writeDirections(_ read: UInt64, _ write: UInt64, _ out: inout MetricsWriter) {
    out.attribute("direction", "read")
    out.point(read)
    out.attribute("direction", "write")
    out.point(write)
  }

  private func writeStatus(_ process: Int, _ file: inout KernelFile, _ out: inout MetricsWriter) {
    let (signals, contexts) =
      (switches[ProcessMetrics.signalsPending], switches[ProcessMetrics.contextSwitches])
    guard signals != nil || contexts != nil,
      (try? file.read(process: process, "status")) != nil
    else { return }
    let status = ProcessStatus(file.text)
    write(ProcessMetrics.signalsPending, status.pendingSignals, &out)
    guard out.open(contexts) else { return }
    out.attribute("type", "involuntary")
    out.point(status.involuntarySwitches)
    out.attribute("type", "voluntary")
    out.point(status.voluntarySwitches)
    out.close()
  }

  private func writeDescriptors(
    _ process: Int, _ file: inout KernelFile, _ out: inout MetricsWriter
  ) {
    guard let metric = switches[ProcessMetrics.openDescriptors] else { return }
    guard let count = try? file.countEntries(process: process, "fd") else {
      return fail(.io, process)
    }
    write(metric, UInt64(count), &out)
  }
}
