internal import Bytes
internal import Glibc
internal import Procfs
internal import Telemetry

/// The use of the mounted file systems, from /proc/PID/mountinfo and statvfs.
final class FilesystemScraper: HostScraper {
  static let usage = MetricDefinition(
    "system.filesystem.usage", "By", .upDownCounter, "Filesystem bytes used.")
  static let inodes = MetricDefinition(
    "system.filesystem.inodes.usage", "{inodes}", .upDownCounter, "FileSystem inodes used.")
  static let utilization = MetricDefinition(
    "system.filesystem.utilization", "1", .gauge, isOnByDefault: false,
    "Fraction of filesystem bytes used.")
  static let metrics = [usage, inodes, utilization]

  let name: StaticString = "filesystem"
  let scope: StaticString = "swiftlet/host_metrics/filesystem"
  private let switches: MetricSwitches
  private let filters: FilesystemFilters
  private let root: [UInt8]
  private var mounts = MountTable()
  private var sizes: [FilesystemSize?] = []
  private var path: [UInt8] = []

  init(_ switches: MetricSwitches, _ filters: FilesystemFilters, root: String) {
    self.switches = switches
    self.filters = filters
    self.root = Array(root.utf8)
  }

  func scrape(_ file: inout KernelFile, _ out: inout MetricsWriter) throws(ScrapeError) {
    if !filters.includesVirtual {
      try file.load("/proc/filesystems", metricCount: 2)
      mounts.readKinds(file.text)
    }
    // The mounts of process 1 are the host's where the root is not this system's.
    try file.load(
      root.isEmpty ? "/proc/self/mountinfo" : "/proc/1/mountinfo", metricCount: 2)
    mounts.read(file.text, filters)
    let failedCount = measure()
    writeUsage(&out)
    writeInodes(&out)
    writeUtilization(&out)
    if failedCount > 0, let failure = lastFailure {
      throw ScrapeError(failure, metricCount: failedCount)
    }
  }

  private var lastFailure: String?

  /// Asks for the size of each mount; returns the number that could not be asked.
  private func measure() -> Int {
    sizes.removeAll(keepingCapacity: true)
    var failedCount = 0
    for index in mounts.all.indices {
      path.removeAll(keepingCapacity: true)
      path.append(contentsOf: root)
      mounts.append(mounts.all[index].mountPoint, to: &path)
      path.append(0)
      let size = FilesystemSize(path: path)
      // A mount that this user may not look at, or that is gone, is no fault of the host.
      if size == nil, errno != EACCES, errno != ENOENT {
        failedCount += 1
        lastFailure = "statvfs of a mount failed with errno \(errno)"
      }
      sizes.append(size)
    }
    return failedCount
  }

  private func writeUsage(_ out: inout MetricsWriter) {
    guard out.open(switches[FilesystemScraper.usage]) else { return }
    for index in sizes.indices {
      guard let size = sizes[index], size.total > 0 else { continue }
      write(index, "used", size.used, &out)
      write(index, "free", size.available, &out)
      write(index, "reserved", size.reserved, &out)
    }
    out.close()
  }

  private func writeInodes(_ out: inout MetricsWriter) {
    guard out.open(switches[FilesystemScraper.inodes]) else { return }
    for index in sizes.indices {
      guard let size = sizes[index], size.inodes > 0 else { continue }
      write(index, "used", size.inodes - min(size.inodes, size.freeInodes), &out)
      write(index, "free", size.freeInodes, &out)
    }
    out.close()
  }

  private func writeUtilization(_ out: inout MetricsWriter) {
    guard out.open(switches[FilesystemScraper.utilization]) else { return }
    for index in sizes.indices {
      guard let size = sizes[index], size.used + size.available > 0 else { continue }
      mounts.writeAttributes(of: index, to: &out)
      out.point(Double(size.used) / Double(size.used + size.available))
    }
    out.close()
  }

  private func write(
    _ index: Int, _ state: StaticString, _ value: UInt64, _ out: inout MetricsWriter
  ) {
    mounts.writeAttributes(of: index, to: &out)
    out.attribute("state", state)
    out.point(value)
  }
}

/// The size of a file system, in bytes and inodes.
struct FilesystemSize {
  let total: UInt64
  let used: UInt64
  /// What users other than root may still use.
  let available: UInt64
  let inodes: UInt64
  let freeInodes: UInt64

  /// What is kept for root.
  var reserved: UInt64 { total - min(total, used + available) }

  /// The size of what is mounted at `path`, which ends with a zero byte; nil with errno set.
  init?(path: [UInt8]) {
    var answer = statvfs()
    let status = unsafe path.withUnsafeBufferPointer { path in
      // The path ends with a zero byte.
      unsafe statvfs(
        UnsafeRawPointer(path.baseAddress.unsafelyUnwrapped).assumingMemoryBound(to: CChar.self),
        &answer)
    }
    guard status == 0 else { return nil }
    let unit = UInt64(answer.f_frsize)
    total = UInt64(answer.f_blocks) &* unit
    used = (UInt64(answer.f_blocks) - min(UInt64(answer.f_blocks), UInt64(answer.f_bfree))) &* unit
    available = UInt64(answer.f_bavail) &* unit
    inodes = UInt64(answer.f_files)
    freeInodes = UInt64(answer.f_ffree)
  }
}
